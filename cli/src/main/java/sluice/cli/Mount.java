package sluice.cli;

import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** A directory that {@code --mount} serves at a path. */
record Mount(String path, Path directory) {
    /** Converts {@code /iso=/srv/iso}. */
    static final class Converter implements ITypeConverter<Mount> {
        @Override
        public Mount convert(String text) {
            int sign = text.indexOf('=');
            if (!text.startsWith("/") || sign < 2 || sign == text.length() - 1) {
                throw new TypeConversionException(
                        "'" + text + "' has no path and directory; write e.g. /iso=/srv/iso");
            }
            return new Mount(text.substring(0, sign), Arguments.path(text.substring(sign + 1)));
        }
    }

    /**
     * All of them.
     *
     * @throws IllegalArgumentException if a path has two directories
     */
    static Map<String, Path> map(List<Mount> mounts) {
        Map<String, Path> all = new HashMap<>();
        for (Mount mount : mounts) {
            if (all.put(mount.path, mount.directory) != null) {
                throw new IllegalArgumentException("--mount has two directories for " + mount.path);
            }
        }
        return all;
    }
}
