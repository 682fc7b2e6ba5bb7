package sluice.server.tier;

import org.jspecify.annotations.Nullable;

import sluice.io.LinuxFile;
import sluice.io.OpenFile;
import sluice.linux.Errno;
import sluice.linux.Linux;
import sluice.server.ObjectHead;
import sluice.server.OriginException;
import sluice.server.Tier;
import sluice.server.root.DirectoryEntries;
import sluice.server.root.DocumentRoot;
import sluice.server.root.FileKind;
import sluice.server.root.FileStat;
import sluice.server.root.Opened;
import sluice.server.root.PathKey;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BooleanSupplier;

/**
 * Objects of a store as the files of a site. What the store said of a key is believed for a while;
 * then it is asked again, once for all who want the key, and meanwhile the version of before is
 * sent. Directories are nothing of its own: a key that ends in a slash opens nothing.
 */
public final class TierRoot implements DocumentRoot {
    /** Keys that are known; beyond it, those that nobody has asked for lately are forgotten. */
    private static final int KEYS_MOST = 1 << 20;
    /** How long the store is believed that there is no such object, or that it may not be read. */
    private static final Duration ABSENT_FRESH = Duration.ofSeconds(5);
    /** After a failure the store is not asked in the background again for as long. */
    private static final Duration PAUSE = Duration.ofSeconds(1);

    /** Of FNV-1a with 64 bits. */
    private static final long FNV_PRIME = 0x100000001b3L;

    private static final String MAX_AGE = "max-age=";

    /**
     * What the store said of a key.
     *
     * @param file the object; null if the store refused it
     * @param refusal why it did
     * @param askedAt nanoseconds, on the clock of {@link System#nanoTime}
     */
    private record Known(
            @Nullable TierFile file, OriginException.@Nullable Reason refusal, long askedAt) {}

    private final TierStore store;
    private final long fresh;
    private final long stale;
    private final ConcurrentHashMap<PathKey, Known> known = new ConcurrentHashMap<>();
    private final ConcurrentHashMap<PathKey, CompletableFuture<Opened>> asking =
            new ConcurrentHashMap<>();

    private TierRoot(TierStore store) {
        this.store = store;
        fresh = store.settings().fresh().toNanos();
        stale = store.settings().stale().toNanos();
    }

    /**
     * Opens the tier of a store.
     *
     * @param lowest see {@link sluice.io.Model#lowestFile}
     * @throws IOException if the directory cannot be used
     */
    public static TierRoot open(Tier settings, int lowest) throws IOException {
        if (!Linux.available()) {
            throw new IllegalArgumentException("a tier needs Linux, whose files have holes");
        }
        TierRoot root = new TierRoot(TierStore.open(settings, lowest));
        long now = System.nanoTime();
        long millis = System.currentTimeMillis();
        for (TierFile file : root.store.files()) {
            long age = Math.max(0, millis - file.checkedMillis());
            byte[] path = file.key().getBytes(StandardCharsets.UTF_8);
            root.known.put(
                    new PathKey().set(path, 0, path.length),
                    new Known(file, null, now - Duration.ofMillis(age).toNanos()));
        }
        return root;
    }

    @Override
    public Opened open(byte[] path, int from, int to, boolean cachedOnly) {
        if (!DocumentRoot.isPlain(path, from, to) || to == from || path[to - 1] == '/') {
            return Opened.NOT_FOUND;
        }
        PathKey key = new PathKey().set(path, from, to);
        Known now = known.get(key);
        if (now != null && isBelieved(key, now)) {
            Opened opened = opened(now, cachedOnly);
            if (cachedOnly || !(opened instanceof Opened.Cold)) {
                return opened;
            }
        }
        return cachedOnly ? Opened.COLD : ask(key, now);
    }

    /** Whether to answer without waiting; the store may be asked meanwhile. */
    private boolean isBelieved(PathKey key, Known said) {
        long age = System.nanoTime() - said.askedAt();
        TierFile file = said.file();
        if (file == null) {
            return age < ABSENT_FRESH.toNanos();
        }
        if (!file.isCurrent()) {
            return false;
        }
        long young = fresh(file.head());
        if (age < young) {
            return true;
        }
        if (age >= young + stale) {
            return false;
        }
        askInBackground(key, said);
        return true;
    }

    /** How long an object is believed: as its Cache-Control says, or the settings. */
    private long fresh(ObjectHead head) {
        String control = head.cacheControl();
        if (control == null) {
            return fresh;
        }
        if (control.contains("no-cache") || control.contains("no-store")) {
            return 0;
        }
        int at = control.indexOf(MAX_AGE);
        int end = at < 0 ? at : at + MAX_AGE.length();
        long seconds = 0;
        int start = end;
        while (end >= 0
                && end < control.length()
                && end < start + 9
                && Character.isDigit(control.charAt(end))) {
            seconds = seconds * 10 + control.charAt(end++) - '0';
        }
        return at < 0 || end == start ? fresh : Duration.ofSeconds(seconds).toNanos();
    }

    private void askInBackground(PathKey key, Known said) {
        CompletableFuture<Opened> answer = new CompletableFuture<>();
        PathKey copy = key.copy();
        if (asking.putIfAbsent(copy, answer) == null) {
            Thread.ofVirtual().name("sluice-revalidate").start(() -> {
                Opened opened = asked(copy, said, answer);
                if (opened instanceof Opened.Found found) {
                    found.file().close();
                }
            });
        }
    }

    /** Asks the store, or waits for whoever asks it. */
    private Opened ask(PathKey key, @Nullable Known said) {
        PathKey copy = key.copy();
        CompletableFuture<Opened> mine = new CompletableFuture<>();
        CompletableFuture<Opened> other = asking.putIfAbsent(copy, mine);
        if (other == null) {
            return asked(copy, said, mine);
        }
        Opened theirs = other.join();
        Known now = known.get(copy);
        return theirs instanceof Opened.Found && now != null ? opened(now, false) : theirs;
    }

    private Opened asked(PathKey key, @Nullable Known said, CompletableFuture<Opened> answer) {
        Opened opened = new Opened.Failed(-Errno.EIO);
        try {
            Known now = head(key, said);
            if (now.file() != null || now.refusal() != null) {
                remember(key, now);
            }
            opened = opened(now, false);
        } catch (OriginException e) {
            store.tell("cannot ask " + store.origin().name() + ": " + e.getMessage());
            opened = insteadOf(e, said);
        } finally {
            asking.remove(key);
            // Others get the outcome only, and open the file themselves.
            answer.complete(opened);
        }
        return opened;
    }

    private Known head(PathKey key, @Nullable Known said) throws OriginException {
        String name = name(key);
        long now = System.nanoTime();
        if (name == null) {
            return new Known(null, OriginException.Reason.ABSENT, now);
        }
        try {
            ObjectHead head = store.origin().head(name);
            TierFile before = said == null ? null : said.file();
            if (before != null && before.isCurrent() && before.head().equals(head)) {
                before.checked(System.currentTimeMillis());
                before.freshUntil(now + fresh(head));
                return new Known(before, null, now);
            }
            TierFile file = store.add(name, head);
            file.freshUntil(now + fresh(head));
            if (before != null) {
                before.replaced();
            }
            return new Known(file, null, now);
        } catch (OriginException e) {
            if (!e.isAnswer()) {
                throw e;
            }
            if (said != null && said.file() != null) {
                said.file().replaced();
            }
            return new Known(null, e.reason(), now);
        }
    }

    /** A key is text; null for octets that are none. */
    private static @Nullable String name(PathKey key) {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(key.octets()))
                    .toString();
        } catch (CharacterCodingException e) {
            return null;
        }
    }

    private void remember(PathKey key, Known now) {
        known.put(key, now);
        if (known.size() > KEYS_MOST) {
            Iterator<Known> all = known.values().iterator();
            for (int i = 0; i < 8 && all.hasNext(); i++) {
                TierFile file = all.next().file();
                if (file == null || file.forget()) {
                    all.remove();
                }
            }
        }
    }

    /** While the store does not answer, what it said before is sent for a while. */
    private Opened insteadOf(OriginException failure, @Nullable Known said) {
        TierFile file = said == null ? null : said.file();
        if (said != null && file != null && file.isCurrent()) {
            long age = System.nanoTime() - said.askedAt();
            if (age < fresh(file.head()) + stale) {
                pause();
                return opened(said, false);
            }
        }
        return new Opened.Unreachable(failure.reason() == OriginException.Reason.LATE);
    }

    /** Keeps {@link #asking} a moment, so that not every request asks a store that is down. */
    private static void pause() {
        try {
            Thread.sleep(PAUSE);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private Opened opened(Known now, boolean cachedOnly) {
        TierFile file = now.file();
        if (file == null) {
            return now.refusal() == OriginException.Reason.FORBIDDEN
                    ? Opened.FORBIDDEN
                    : Opened.NOT_FOUND;
        }
        try {
            LinuxFile open = file.open(!cachedOnly);
            return open == null
                    ? Opened.COLD
                    : new Opened.Found(open, stat(file.head()), file.head());
        } catch (IOException e) {
            store.tell(String.valueOf(e.getMessage()));
            return new Opened.Failed(-Errno.EIO);
        }
    }

    /** The version as other files have it. */
    private static FileStat stat(ObjectHead head) {
        long tag = 0;
        for (int i = 0; i < head.tag().length(); i++) {
            tag = (tag ^ head.tag().charAt(i)) * FNV_PRIME;
        }
        return new FileStat(head.size(), head.modified(), 0, 0, 0, tag, 0, 1, FileKind.REGULAR);
    }

    @Override
    public DirectoryEntries list(
            OpenFile directory,
            byte[] path,
            int from,
            int to,
            boolean dotfiles,
            BooleanSupplier more) {
        return new DirectoryEntries(List.of(), false, -Errno.ENOTDIR);
    }

    @Override
    public String name() {
        return store.origin().name();
    }

    @Override
    public int follow(boolean cachedOnly) {
        return SAME;
    }

    /** Octets that the store has sent. */
    public long fetchedOctets() {
        return store.fetchedOctets();
    }

    @Override
    public void close() {
        store.close();
    }
}
