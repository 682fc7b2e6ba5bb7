package sluice.server.upload;

import sluice.http.ChosenTypes;
import sluice.linux.Kernel;
import sluice.server.CacheLimits;
import sluice.server.EntityTags;
import sluice.server.FileServer;
import sluice.server.ServedFiles;
import sluice.server.Uploads;
import sluice.server.content.Eviction;
import sluice.server.content.FileCache;
import sluice.server.root.LinuxRoot;
import sluice.server.rules.FieldRules;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;

/** What uploads leave, and what becomes of their server. */
public final class Uploaded {
    private Uploaded() {}

    /** Files that are no client's, below a directory. */
    public static List<String> temporaries(Path root) {
        try (Stream<Path> all = Files.walk(root)) {
            return all.filter(path -> !Files.isDirectory(path))
                    .map(path -> path.getFileName().toString())
                    .filter(name -> name.startsWith(".sluice"))
                    .sorted()
                    .toList();
        } catch (IOException | UncheckedIOException e) {
            return List.of("one that vanished just now");
        }
    }

    /** A store of uploads into a root, with a cache that keeps nothing in memory. */
    static UploadStore store(LinuxRoot linux, Path root, UploadSlots slots, Kernel kernel) {
        return new UploadStore(
                linux,
                new FileCache(
                        linux,
                        null,
                        new Eviction(new CacheLimits(1 << 20, 100, 10)),
                        new FileCache.Rules(
                                0,
                                0,
                                true,
                                ChosenTypes.NONE,
                                EntityTags.MTIME_SIZE,
                                FieldRules.NONE)),
                Uploads.defaults(),
                ServedFiles.in(root),
                slots,
                kernel);
    }

    static void drain(FileServer server) {
        try {
            server.drain(Duration.ofSeconds(30));
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    static boolean refusesConnections(FileServer server) {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
            return !socket.isConnected();
        } catch (IOException e) {
            return true;
        }
    }
}
