package sluice.cli;

import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Converts what {@code --mime} says: {@code toml=text/plain}. */
final class TypeOfExtension implements ITypeConverter<TypeOfExtension.Pair> {
    static final String DESCRIPTION = "media type of files with this extension, e.g."
            + " --mime log=text/plain; repeatable. Without it a file whose name tells no type, or"
            + " one of several, is text/plain if its first 4 KiB are UTF-8 text";

    /** One of them. */
    record Pair(String extension, String type) {}

    @Override
    public Pair convert(String text) {
        int sign = text.indexOf('=');
        if (sign <= 0) {
            throw new TypeConversionException(
                    "'" + text + "' has no extension and type; write e.g. log=text/plain");
        }
        String extension = text.substring(0, sign);
        return new Pair(
                extension.startsWith(".") ? extension.substring(1) : extension,
                text.substring(sign + 1));
    }

    /**
     * All of them.
     *
     * @throws IllegalArgumentException if one extension has two
     */
    static Map<String, String> map(List<Pair> pairs) {
        Map<String, String> types = new HashMap<>();
        for (Pair pair : pairs) {
            String extension = pair.extension.toLowerCase(Locale.ROOT);
            if (types.put(extension, pair.type) != null) {
                throw new IllegalArgumentException("--mime has two types for " + extension);
            }
        }
        return types;
    }
}
