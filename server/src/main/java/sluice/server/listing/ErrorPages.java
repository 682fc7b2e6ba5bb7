package sluice.server.listing;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.nio.charset.StandardCharsets.US_ASCII;

import org.jspecify.annotations.Nullable;

import sluice.http.Accept;
import sluice.http.ByteWriter;
import sluice.http.Field;
import sluice.http.Fields;
import sluice.http.Request;
import sluice.server.response.Body;
import sluice.server.response.Response;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicReferenceArray;

/**
 * Error responses in the form that a client likes: a page for a browser, JSON (RFC 9457) for a
 * program that asks for it, else a line of text. The two last are made once for each status; scans
 * for files that are not there cost the server nothing to make. Any thread may call.
 */
public final class ErrorPages {
    private static final String TEXT = "text/plain";
    private static final String JSON = "application/json";
    private static final String PROBLEM = "application/problem+json";
    private static final String HTML = "text/html";
    private static final String UTF_8 = "; charset=utf-8";
    private static final int STATUSES = 600;
    private static final int STATUS_DIGITS = 3;
    /** A page has some 3 kB. */
    private static final int ROOM = 8 << 10;
    /** Deeper folders than that lead home by an absolute path. */
    private static final int DEPTH_MAX = 64;

    private static final AtomicReferenceArray<@Nullable Response> TEXTS =
            new AtomicReferenceArray<>(STATUSES);
    private static final AtomicReferenceArray<@Nullable Response> PROBLEMS =
            new AtomicReferenceArray<>(STATUSES);

    private ErrorPages() {}

    /** The response in the form for this request; the same one if it is no line of text. */
    public static Response of(Request request, Response error) {
        if (!(error.body() instanceof Body.Memory(byte[] line)) || line.length == 0) {
            return error;
        }
        int text = Accept.weight(request, TEXT);
        int json = Math.max(Accept.weight(request, JSON), Accept.weight(request, PROBLEM));
        int html = Accept.weight(request, HTML);
        if (html > text && html >= json) {
            return page(request, error, words(line));
        }
        boolean problem = json > text;
        AtomicReferenceArray<@Nullable Response> known = problem ? PROBLEMS : TEXTS;
        // Only an error without fields of its own is one for all requests.
        boolean plain = error.equals(Response.error(error.status()));
        Response made = plain ? known.get(error.status()) : null;
        if (made == null) {
            made = problem
                    ? problem(error, words(line))
                    : with(error, TEXT + UTF_8, Fields.NONE, line);
            if (plain) {
                known.set(error.status(), made);
            }
        }
        return made;
    }

    /** What is behind the status in the line of text. */
    private static String words(byte[] line) {
        return new String(line, US_ASCII).substring(STATUS_DIGITS).strip();
    }

    private static Response problem(Response error, String words) {
        ByteWriter out = new ByteWriter();
        byte[] json = new byte[ROOM];
        out.over(MemorySegment.ofArray(json), 0, json.length);
        out.ascii("{\"type\":\"about:blank\",\"status\":").decimal(error.status());
        out.ascii(",\"title\":\"");
        NameText.json(words, out);
        out.ascii("\"}\n");
        return with(error, PROBLEM, Fields.NONE, written(json, out));
    }

    private static Response page(Request request, Response error, String words) {
        ByteWriter out = new ByteWriter();
        byte[] html = new byte[ROOM];
        out.over(MemorySegment.ofArray(html), 0, html.length);
        out.ascii("<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n");
        out.ascii("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n");
        out.ascii("<title>").decimal(error.status()).ascii(" ");
        NameText.plainHtml(words, out);
        out.ascii("</title>\n").put(PageParts.STYLE_OF_ERROR).ascii("</head>\n<body>\n<main>\n");
        out.ascii("<p class=\"code\">").decimal(error.status()).ascii("</p>\n<h1>");
        NameText.html(sentence(words), out);
        out.ascii("</h1>\n<p>").ascii(advice(error.status())).ascii("</p>\n");
        out.ascii("<a class=\"home\" href=\"").ascii(home(request));
        out.ascii("\">Go to the top folder</a>\n</main>\n</body>\n</html>\n");
        return with(error, HTML + UTF_8, PageParts.ERROR_POLICY, written(html, out));
    }

    private static String sentence(String words) {
        return words.substring(0, 1).toUpperCase(Locale.ROOT) + words.substring(1);
    }

    /** What a visitor can do. */
    private static String advice(int status) {
        return switch (status) {
            case 403 -> "The server may not show this, or not to you.";
            case 404 -> "There is no file or folder of this name. It may have moved.";
            case 405, 501 -> "Nobody can do this with what is here.";
            case 416 -> "The file ends before the part that was asked for. It may have changed.";
            case 421 -> "Open this server by another name.";
            default ->
                status >= 500
                        ? "The server could not do it now. Try again in a while."
                        : "The server did not accept the request.";
        };
    }

    /** Relative, so that it works behind a proxy that adds a prefix. */
    private static String home(Request request) {
        int depth = -1;
        for (int i = request.pathFrom(); i < request.pathTo(); i++) {
            depth += request.bytes().get(JAVA_BYTE, i) == '/' ? 1 : 0;
        }
        return depth > DEPTH_MAX ? "/" : depth > 0 ? "../".repeat(depth) : "./";
    }

    private static byte[] written(byte[] octets, ByteWriter out) {
        if (out.overflowed()) {
            throw new IllegalStateException("an error has too many words");
        }
        return Arrays.copyOf(octets, (int) out.position());
    }

    /** The error with another body, and the fields of its own that do not describe the first. */
    private static Response with(Response error, String type, Fields policy, byte[] octets) {
        Fields[] kept = {Fields.of(Field.CONTENT_TYPE, type).and(policy)};
        String[] vary = {Field.ACCEPT.toString()};
        error.fields().forEach((lines, nameFrom, nameTo, from, to) -> {
            String name = new String(lines, nameFrom, nameTo - nameFrom, US_ASCII);
            String value = new String(lines, from, to - from, US_ASCII);
            switch (name) {
                case "Content-Type", "Content-Length" -> {}
                case "Vary" -> vary[0] += ", " + value;
                default -> kept[0] = kept[0].with(name, value);
            }
        });
        Fields fields = kept[0].with(Field.VARY, vary[0]);
        return Response.of(error.status(), fields, new Body.Memory(octets));
    }
}
