package sluice.lab.explain;

import sluice.client.HttpUrl;
import sluice.client.OneAnswer;
import sluice.io.TlsTrust;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ThreadLocalRandom;

/** One request, on a connection of its own. Its User-Agent is found again in an access log. */
public final class Ask {
    /** What browsers take over http, and over https: others on the way might change the rest. */
    private static final String CODINGS = "gzip, deflate";

    private static final String CODINGS_OVER_TLS = CODINGS + ", br, zstd";

    private final HttpUrl url;
    private final List<String> fields;
    private final TlsTrust trust;
    private final String name;

    /**
     * @param fields more lines of the head; one with Accept-Encoding replaces what browsers say
     * @param trust which servers of https are who they say
     */
    public Ask(HttpUrl url, List<String> fields, TlsTrust trust) {
        this.url = url;
        this.fields = fields;
        this.trust = trust;
        name = "sluice-explain/"
                + HexFormat.of().toHexDigits(ThreadLocalRandom.current().nextLong());
    }

    /** The User-Agent, which no other request has. */
    public String name() {
        return name;
    }

    private String codings() {
        return fields.stream()
                .filter(line -> line.toLowerCase(Locale.ROOT).startsWith("accept-encoding:"))
                .map(line -> line.substring(line.indexOf(':') + 1).strip())
                .findFirst()
                .orElse(url.secure() ? CODINGS_OVER_TLS : CODINGS);
    }

    private List<String> head() {
        List<String> lines = new ArrayList<>();
        lines.add("User-Agent: " + name);
        lines.add("Accept-Encoding: " + codings());
        fields.stream()
                .filter(line -> !line.toLowerCase(Locale.ROOT).startsWith("accept-encoding:"))
                .forEach(lines::add);
        return lines;
    }

    /**
     * Sends it and takes the whole answer.
     *
     * @throws IOException if none comes, or it is malformed
     */
    public Answered send() throws IOException {
        try {
            OneAnswer answer = OneAnswer.get(url, head(), trust);
            return new Answered(
                    answer.status(),
                    answer.fields(),
                    answer.head(),
                    answer.body(),
                    answer.headNanos(),
                    answer.nanos(),
                    codings());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while " + url + " was asked");
        } catch (IOException e) {
            throw new IOException(url + " gives no answer: " + e.getMessage(), e);
        }
    }
}
