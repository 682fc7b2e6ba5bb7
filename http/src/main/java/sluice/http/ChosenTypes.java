package sluice.http;

import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Media types by extension that the user chose, before those of {@link MediaTypes}. */
public final class ChosenTypes {
    /** None. */
    public static final ChosenTypes NONE = new ChosenTypes(Map.of());

    private static final String TOKEN = "[!#$%&'*+.^_`|~0-9A-Za-z-]+";
    /** RFC 9110 section 8.3.1; a parameter's value is a token or a quoted string. */
    private static final Pattern TYPE =
            Pattern.compile("(" + TOKEN + "/" + TOKEN + ")((?:[ \\t]*;[ \\t]*" + TOKEN + "=(?:"
                    + TOKEN + "|\"[\\t\\x20\\x21\\x23-\\x5b\\x5d-\\x7e]*\"))*)");
    /** What {@link MediaTypes#extension} finds: no dot, no slash. */
    private static final Pattern EXTENSION = Pattern.compile("[\\x21-\\x7e&&[^./]]+");

    private final Map<String, MediaType> byExtension = new HashMap<>();

    /**
     * Types by extension, without a dot.
     *
     * @throws IllegalArgumentException if an extension or a type is malformed, with the reason
     */
    public ChosenTypes(Map<String, String> types) {
        types.forEach((extension, type) -> {
            if (!EXTENSION.matcher(extension).matches()) {
                throw new IllegalArgumentException("'" + extension
                        + "' is not an extension; write it without a dot, e.g. toml");
            }
            byExtension.put(extension.toLowerCase(Locale.ROOT), type(type));
        });
    }

    private static MediaType type(String text) {
        Matcher type = TYPE.matcher(text);
        if (!type.matches()) {
            throw new IllegalArgumentException(
                    "'" + text + "' is not a media type; write e.g. text/plain");
        }
        String name = type.group(1).toLowerCase(Locale.ROOT);
        boolean readable = name.matches("text/.*|.*[/+](xml|json|javascript)");
        boolean bare = name.startsWith("text/") && type.group(2).isEmpty();
        return new MediaType(bare ? text + "; charset=utf-8" : text, readable);
    }

    /** The type of a file with this name or path. */
    public MediaType of(String name) {
        MediaType chosen =
                byExtension.isEmpty() ? null : byExtension.get(MediaTypes.extension(name));
        return chosen == null ? MediaTypes.of(name) : chosen;
    }

    /** The type of a file whose name or path is given in octets. */
    public MediaType of(byte[] name) {
        return of(new String(name, StandardCharsets.ISO_8859_1));
    }
}
