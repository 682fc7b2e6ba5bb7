package sluice.server.content;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.file.StandardCopyOption.ATOMIC_MOVE;
import static java.nio.file.StandardCopyOption.REPLACE_EXISTING;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import sluice.http.ChosenTypes;
import sluice.server.CacheLimits;
import sluice.server.EntityTags;
import sluice.server.ServedFiles;
import sluice.server.SymlinkPolicy;
import sluice.server.root.DocumentRoot;
import sluice.server.root.PathKey;
import sluice.server.rules.FieldRules;
import sluice.server.testing.Descriptors;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/** The cache under many hands at a time. */
final class FileCacheConcurrencyTest {
    private static final long FRESH = ServedFiles.FRESH.toNanos();
    private static final FileCache.Rules RULES = new FileCache.Rules(
            ServedFiles.MEMORY_UP_TO,
            FRESH,
            true,
            ChosenTypes.NONE,
            EntityTags.STAT,
            FieldRules.NONE);
    private static final int FILES = 6;
    private static final int READERS = 4;
    private static final int READS = 2_000;
    private static final int BIG = ServedFiles.MEMORY_UP_TO + 1;

    private final AtomicLong now = new AtomicLong();
    private final AtomicInteger reading = new AtomicInteger(READERS);

    @Test
    void noVersionIsClosedInUseAndNoneIsLeftOpen(@TempDir Path root) throws Exception {
        assumeTrue(Descriptors.canBeCounted(), "no /proc to count open files in");
        for (int i = 0; i < FILES; i++) {
            write(root.resolve("file" + i), 'a');
        }
        DocumentRoot documents = DocumentRoot.open(root, SymlinkPolicy.INSIDE);
        Eviction eviction = new Eviction(new CacheLimits(1 << 20, 10_000, FILES / 2));
        FileCache cache = new FileCache(documents, null, eviction, RULES);
        List<Callable<Boolean>> hands = new ArrayList<>();
        for (int i = 0; i < READERS; i++) {
            hands.add(() -> readAll(cache));
        }
        hands.add(() -> replaceAll(root));
        hands.add(() -> sweepAll(eviction));

        try (var threads = Executors.newFixedThreadPool(hands.size())) {
            for (var hand : threads.invokeAll(hands)) {
                assertThat(hand.get()).isTrue();
            }
        }
        cache.close();
        documents.close();
        assertThat(Descriptors.below(root)).isZero();
    }

    private static void write(Path file, char letter) throws IOException {
        Files.writeString(file, String.valueOf(letter).repeat(BIG));
    }

    private boolean readAll(FileCache cache) {
        try {
            for (int i = 0; i < READS; i++) {
                byte[] name = ("file" + i % FILES).getBytes(ISO_8859_1);
                PathKey key = new PathKey().set(name, 0, name.length);
                long time = now.addAndGet(FRESH / 100);
                FileEntry entry = (FileEntry) cache.find(key, time, true);
                byte[] content = entry.file().content(BIG);
                assertThat(isOneVersion(content)).as("a file in use").isTrue();
                entry.release();
            }
            return true;
        } finally {
            reading.decrementAndGet();
        }
    }

    private static boolean isOneVersion(byte @Nullable [] content) {
        for (int i = 0; content != null && i < content.length; i++) {
            if (content[i] != content[0]) {
                return false;
            }
        }
        return content != null;
    }

    private boolean replaceAll(Path root) throws IOException {
        for (int i = 0; reading.get() > 0; i++) {
            Path next = root.resolve("next");
            write(next, (char) ('a' + i % 26));
            Files.move(next, root.resolve("file" + i % FILES), ATOMIC_MOVE, REPLACE_EXISTING);
        }
        return true;
    }

    private boolean sweepAll(Eviction eviction) {
        while (reading.get() > 0) {
            eviction.sweep(now.get() + Eviction.IDLE_NANOS);
            Thread.yield();
        }
        return true;
    }
}
