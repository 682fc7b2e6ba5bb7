package sluice.server.root;

import static java.nio.file.LinkOption.NOFOLLOW_LINKS;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** Reads metadata of a path with java.nio; does not follow a link at its end. */
final class PathStat {
    private static final String UNIX = "unix:size,lastModifiedTime,ctime,ino,dev,nlink,mode";

    private PathStat() {}

    static BasicFileAttributes attributes(Path path) throws IOException {
        return Files.readAttributes(path, BasicFileAttributes.class, NOFOLLOW_LINKS);
    }

    /** All that the file system tells; values that it does not tell are 0. */
    static FileStat read(Path path) throws IOException {
        if (!path.getFileSystem().supportedFileAttributeViews().contains("unix")) {
            return basic(attributes(path));
        }
        Map<String, Object> unix = Files.readAttributes(path, UNIX, NOFOLLOW_LINKS);
        var mtime = (FileTime) value(unix, "lastModifiedTime");
        var ctime = (FileTime) value(unix, "ctime");
        return new FileStat(
                (Long) value(unix, "size"),
                seconds(mtime),
                nanos(mtime),
                seconds(ctime),
                nanos(ctime),
                (Long) value(unix, "ino"),
                (Long) value(unix, "dev"),
                (Integer) value(unix, "nlink"),
                FileStat.kind((Integer) value(unix, "mode")));
    }

    private static FileStat basic(BasicFileAttributes basic) {
        var mtime = basic.lastModifiedTime();
        var kind = FileKind.OTHER;
        if (basic.isRegularFile()) {
            kind = FileKind.REGULAR;
        } else if (basic.isDirectory()) {
            kind = FileKind.DIRECTORY;
        }
        return new FileStat(basic.size(), seconds(mtime), nanos(mtime), 0, 0, 0, 0, 1, kind);
    }

    private static Object value(Map<String, Object> attributes, String name) {
        var value = attributes.get(name);
        if (value == null) {
            throw new IllegalStateException("no attribute " + name);
        }
        return value;
    }

    private static long seconds(FileTime time) {
        return Math.floorDiv(time.to(TimeUnit.NANOSECONDS), 1_000_000_000L);
    }

    private static int nanos(FileTime time) {
        return (int) Math.floorMod(time.to(TimeUnit.NANOSECONDS), 1_000_000_000L);
    }
}
