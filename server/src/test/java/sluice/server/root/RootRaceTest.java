package sluice.server.root;

import static org.assertj.core.api.Assertions.assertThat;

import static sluice.server.root.Roots.link;
import static sluice.server.root.Roots.see;
import static sluice.server.root.Roots.write;

import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import sluice.server.SymlinkPolicy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;

/** What is renamed while it is being opened never leads out of the root. */
class RootRaceTest {
    private static final int OPENINGS = 2_000;
    /** Bounds the test where the two threads hardly ever run at the same time. */
    private static final int MOST_OPENINGS = 200_000;

    @TempDir
    private Path temporary;

    private interface Step {
        void run() throws IOException;
    }

    @ParameterizedTest
    @EnumSource
    void neverLeavesByAFolderSwappedForALinkToTheOutside(Roots kind) throws Exception {
        var inside = temporary.resolve("inside");
        var outside = temporary.resolve("outside");
        write(inside.resolve("folder/file"), "inside");
        write(outside.resolve("file"), "secret");
        link(inside.resolve("link"), "../outside");
        var folder = inside.resolve("folder");
        var link = inside.resolve("link");
        var aside = inside.resolve("aside");
        neverShowsTheSecret(kind, inside, "folder/file", () -> {
            move(folder, aside);
            move(link, folder);
            move(folder, link);
            move(aside, folder);
        });
    }

    /** ".." of a folder that has moved is another one: the walk must not go up from there. */
    @ParameterizedTest
    @EnumSource
    void neverLeavesByTheParentOfAFolderThatMovedOut(Roots kind) throws Exception {
        var inside = temporary.resolve("inside");
        var outside = temporary.resolve("outside");
        write(inside.resolve("folder/file"), "inside");
        write(outside.resolve("file"), "secret");
        link(inside.resolve("folder/inner/up"), "../file");
        var inner = inside.resolve("folder/inner");
        var moved = outside.resolve("inner");
        neverShowsTheSecret(kind, inside, "folder/inner/up", () -> {
            move(inner, moved);
            move(moved, inner);
        });
    }

    @ParameterizedTest
    @EnumSource
    void neverLeavesByAFileSwappedForALinkToTheOutside(Roots kind) throws Exception {
        var inside = temporary.resolve("inside");
        var file = write(inside.resolve("file"), "inside");
        write(temporary.resolve("outside/file"), "secret");
        var link = inside.resolve("link");
        var copy = inside.resolve("copy");
        neverShowsTheSecret(kind, inside, "file", () -> {
            Files.writeString(copy, "inside");
            link(link, "../outside/file");
            move(link, file);
            move(copy, file);
        });
    }

    private static void move(Path from, Path to) throws IOException {
        Files.move(from, to, StandardCopyOption.ATOMIC_MOVE);
    }

    /** Opens while another thread renames, until either answer was seen often enough. */
    private static void neverShowsTheSecret(Roots kind, Path inside, String path, Step step)
            throws Exception {
        Map<String, Integer> seen = new TreeMap<>();
        var stopped = new AtomicBoolean();
        try (var root = kind.open(inside, SymlinkPolicy.INSIDE)) {
            var renames = CompletableFuture.runAsync(() -> repeat(step, stopped));
            try {
                for (int i = 0; i < MOST_OPENINGS; i++) {
                    if (i >= OPENINGS && seen.size() > 1 && seen.containsKey("inside")) {
                        break;
                    }
                    assertThat(renames).isNotDone();
                    seen.merge(see(root, path), 1, Integer::sum);
                }
            } finally {
                stopped.set(true);
                renames.join();
            }
        }
        assertThat(seen).containsKey("inside").doesNotContainKey("secret").hasSizeGreaterThan(1);
    }

    private static void repeat(Step step, AtomicBoolean stopped) {
        while (!stopped.get()) {
            try {
                step.run();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
