package sluice.server;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A request of the corpus in resources: "== id" begins one; its lines are put together as they
 * stand, and only escapes make octets of their own: \r, \n, \t, \0, \\, \xNN. {9*ab} repeats,
 * {etag} is the entity tag that the server in question gives hello.txt.
 */
record RawRequest(String id, String text) {
    static final String START = "== ";
    private static final List<String> FILES =
            List.of("methods", "targets", "conditions", "ranges", "codings", "framing", "heads");

    private static final Pattern REPETITION = Pattern.compile("\\{(\\d+)\\*([^}]*)}");
    private static final Pattern ESCAPE = Pattern.compile("\\\\(x[0-9a-f]{2}|[rnt0\\\\])");

    /** All there are, in order. */
    static List<RawRequest> all() {
        return FILES.stream().flatMap(RawRequest::in).toList();
    }

    private static Stream<RawRequest> in(String file) {
        List<RawRequest> requests = new ArrayList<>();
        for (String block : resource("/requests/" + file + ".txt").split("(?m)^" + START)) {
            if (!block.startsWith("#")) {
                int end = block.indexOf('\n');
                String text = block.substring(end + 1).replace("\n", "");
                requests.add(new RawRequest(block.substring(0, end), text));
            }
        }
        return requests.stream();
    }

    static String resource(String path) {
        try (InputStream in = RawRequest.class.getResourceAsStream(path)) {
            if (in == null) {
                throw new AssertionError("no resource " + path);
            }
            return new String(in.readAllBytes(), ISO_8859_1);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What goes over the wire. */
    byte[] octets(String tag) {
        Matcher repetition = REPETITION.matcher(text.replace("{etag}", tag));
        String whole = repetition.replaceAll(match ->
                Matcher.quoteReplacement(match.group(2).repeat(Integer.parseInt(match.group(1)))));
        String plain = ESCAPE.matcher(whole)
                .replaceAll(match -> Matcher.quoteReplacement(unescaped(match)));
        return plain.getBytes(ISO_8859_1);
    }

    private static String unescaped(MatchResult match) {
        String escape = match.group(1);
        char octet = switch (escape.charAt(0)) {
            case 'r' -> '\r';
            case 'n' -> '\n';
            case 't' -> '\t';
            case '0' -> '\0';
            case 'x' -> (char) Integer.parseInt(escape.substring(1), 16);
            default -> '\\';
        };
        return String.valueOf(octet);
    }
}
