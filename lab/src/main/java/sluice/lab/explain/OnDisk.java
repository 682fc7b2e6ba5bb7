package sluice.lab.explain;

import static java.nio.charset.StandardCharsets.UTF_8;

import sluice.client.HttpUrl;
import sluice.linux.CopyCalls;
import sluice.linux.Errno;
import sluice.linux.FileCalls;
import sluice.linux.Linux;

import java.io.IOException;
import java.net.URLDecoder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * What the served folder says of a URL before the request, as far as this process may read it. It
 * looks at nothing outside of the folder.
 *
 * @param name what the path of the URL leads to
 * @param siblings compressed forms beside the file
 * @param memory which part of it is in memory
 */
public record OnDisk(String name, List<String> siblings, String memory) {
    private static final List<String> ENDINGS = List.of(".gz", ".br", ".zst");

    public OnDisk {
        siblings = List.copyOf(siblings);
    }

    /**
     * Looks for the file of a URL.
     *
     * @throws IOException if there is no such folder, or its file cannot be read
     */
    public static OnDisk of(Path root, HttpUrl url) throws IOException {
        Path folder = root.toRealPath();
        String path = url.target().replaceFirst("\\?.*", "").substring(1);
        Path named;
        try {
            // URLDecoder turns a plus into a space; that holds for forms, not for paths.
            named = folder.resolve(URLDecoder.decode(path.replace("+", "%2B"), UTF_8));
        } catch (IllegalArgumentException malformed) {
            return new OnDisk("the path of the URL can be no file's name", List.of(), "");
        }
        Path file = Files.isDirectory(named) ? named.resolve("index.html") : named;
        if (!Files.exists(file)) {
            String words =
                    file.equals(named) ? " does not exist" : " does not exist, its folder does";
            return new OnDisk(file + words, List.of(), "");
        }
        Path real = file.toRealPath();
        if (!real.startsWith(folder)) {
            return new OnDisk(file + " is outside of " + folder, List.of(), "");
        }
        if (!Files.isRegularFile(real)) {
            return new OnDisk(real + " is no regular file", List.of(), "");
        }
        long size = Files.size(real);
        String link = real.equals(file) ? "" : ", by a link";
        return new OnDisk(
                real + ", " + Words.bytes(size) + link, siblings(real), inMemory(real, size));
    }

    private static List<String> siblings(Path file) throws IOException {
        List<String> found = new ArrayList<>();
        for (String ending : ENDINGS) {
            Path sibling = file.resolveSibling(file.getFileName() + ending);
            if (Files.isRegularFile(sibling)) {
                found.add(sibling.getFileName() + ", " + Words.bytes(Files.size(sibling)));
            }
        }
        return found;
    }

    /** By cachestat(2); as the server's own guard asks. */
    private static String inMemory(Path file, long size) {
        if (!Linux.available()) {
            return "unknown: no Linux system calls here";
        }
        if (size == 0) {
            return "the file is empty";
        }
        int descriptor = FileCalls.open(file, FileCalls.O_RDONLY | FileCalls.O_CLOEXEC, 0);
        if (descriptor < 0) {
            return "unknown: open: " + Errno.describe(descriptor);
        }
        long found = CopyCalls.cachedPages(descriptor, 0, size);
        FileCalls.close(descriptor);
        long pages = (size - 1) / Linux.pageSize() + 1;
        return found < 0
                ? "unknown: cachestat: " + Errno.describe(found)
                : String.format("%,d of %,d pages before the request (cachestat)", found, pages);
    }
}
