package sluice.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.quicktheories.QuickTheory.qt;
import static org.quicktheories.generators.SourceDSL.arbitrary;
import static org.quicktheories.generators.SourceDSL.integers;
import static org.quicktheories.generators.SourceDSL.lists;

import static sluice.server.testing.RawClient.request;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.quicktheories.core.Gen;

import sluice.http.Method;
import sluice.server.testing.RawClient;
import sluice.server.testing.ReceivedResponse;
import sluice.server.testing.Setup;
import sluice.server.testing.Tree;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.stream.Collectors;

/**
 * For any size of file, any set of ranges, any validator: what comes over the socket, put together
 * again, are the file's octets at those ranges.
 */
class RangesPropertyTest {
    private static final long SEED = 20_261_122;
    private static final int CASES = 300;
    private static final int LARGEST = 200_000;
    /** Positions are parts of the size, and a little beyond it: so every size is hit. */
    private static final int WHOLE = 1_000;

    private static final byte[] CONTENT = Tree.random(LARGEST);

    private enum Validator {
        NONE,
        IF_RANGE_TAG,
        IF_RANGE_OTHER,
        IF_MATCH_TAG,
        IF_MATCH_OTHER,
        IF_NONE_MATCH_TAG,
        IF_NONE_MATCH_OTHER;

        String line(String tag) {
            return switch (this) {
                case NONE -> "X: none";
                case IF_RANGE_TAG -> "If-Range: " + tag;
                case IF_RANGE_OTHER -> "If-Range: \"other\"";
                case IF_MATCH_TAG -> "If-Match: " + tag;
                case IF_MATCH_OTHER -> "If-Match: \"other\"";
                case IF_NONE_MATCH_TAG -> "If-None-Match: " + tag;
                case IF_NONE_MATCH_OTHER -> "If-None-Match: \"other\"";
            };
        }
    }

    private enum Form {
        FROM_TO,
        FROM,
        SUFFIX
    }

    /** Two positions, in thousandths of the size and octets. */
    private record Spec(Form form, int low, int high, int octets) {
        int from(int size) {
            return (int) ((long) low * size / WHOLE) + octets;
        }

        int last(int size) {
            return (int) ((long) high * size / WHOLE) + octets;
        }

        String text(int size) {
            return switch (form) {
                case FROM_TO -> from(size) + "-" + last(size);
                case FROM -> from(size) + "-";
                case SUFFIX -> "-" + from(size);
            };
        }

        void addTo(BitSet asked, int size) {
            int from = form == Form.SUFFIX ? Math.max(0, size - from(size)) : from(size);
            int to = form == Form.FROM_TO ? Math.min(size, last(size) + 1) : size;
            if (from < to) {
                asked.set(from, to);
            }
        }
    }

    @TempDir
    Path root;

    private FileServer server;

    @BeforeEach
    void start() throws IOException {
        server = Setup.PLAIN.serving(root).build().start();
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private static Gen<Integer> sizes() {
        Gen<Integer> small = integers().between(0, 40);
        return small.mix(integers().between(0, LARGEST), 60)
                .mix(integers().between((16 << 10) - 2, (16 << 10) + 2), 20);
    }

    private static Gen<List<Spec>> sets() {
        Gen<Integer> position = integers().between(0, WHOLE + 50);
        Gen<Form> forms = arbitrary().enumValues(Form.class);
        Gen<Spec> specs = forms.zip(
                position,
                position,
                integers().between(0, 3),
                (form, a, b, octets) -> new Spec(form, Math.min(a, b), Math.max(a, b), octets));
        return lists().of(specs).ofSizeBetween(1, 8);
    }

    @Test
    void theOctetsAskedForArriveAndNoOthers() {
        qt().withFixedSeed(SEED)
                .withExamples(CASES)
                .forAll(sizes(), sets(), arbitrary().enumValues(Validator.class))
                .checkAssert(this::check);
    }

    private void check(int size, List<Spec> specs, Validator validator) {
        String target = "/" + size + ".bin";
        String range = specs.stream().map(spec -> spec.text(size)).collect(Collectors.joining(","));
        try (RawClient client = RawClient.of(server)) {
            Path file = root.resolve(size + ".bin");
            if (!Files.exists(file)) {
                Files.write(file, Arrays.copyOf(CONTENT, size));
            }
            ReceivedResponse head = client.send(request("HEAD", target)).read(Method.HEAD);
            String line = validator.line(head.field("ETag"));
            ReceivedResponse response = client.get(target, "Range: bytes=" + range, line);
            assertThat(response.status()).isEqualTo(status(size, specs, validator));
            checkOctets(response, size, asked(size, specs));
            // What follows begins where the answer ends: its length was right.
            assertThat(client.get("/nothing").status()).isEqualTo(404);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static BitSet asked(int size, List<Spec> specs) {
        BitSet asked = new BitSet();
        specs.forEach(spec -> spec.addTo(asked, size));
        return asked;
    }

    private static int status(int size, List<Spec> specs, Validator validator) {
        return switch (validator) {
            case IF_MATCH_OTHER -> 412;
            case IF_NONE_MATCH_TAG -> 304;
            case IF_RANGE_OTHER -> 200;
            default -> rangeStatus(size, specs);
        };
    }

    /** A suffix of nothing can be satisfied, but Content-Range cannot say so: RFC 9110 14.1.2. */
    private static int rangeStatus(int size, List<Spec> specs) {
        boolean suffix =
                specs.stream().anyMatch(spec -> spec.form() == Form.SUFFIX && spec.from(size) > 0);
        if (size == 0 && suffix) {
            return 200;
        }
        return asked(size, specs).isEmpty() ? 416 : 206;
    }

    private static void checkOctets(ReceivedResponse response, int size, BitSet asked) {
        switch (response.status()) {
            case 200 -> {
                assertThat(response.has("Content-Range")).isFalse();
                assertThat(response.contentLength()).isEqualTo(size);
                assertThat(response.body()).isEqualTo(Arrays.copyOf(CONTENT, size));
            }
            case 206 -> checkParts(response, size, asked);
            case 416 -> assertThat(response.field("Content-Range")).isEqualTo("bytes */" + size);
            default -> assertThat(response.body()).isEmpty();
        }
    }

    private static void checkParts(ReceivedResponse response, int size, BitSet asked) {
        BitSet sent = new BitSet();
        for (Parts.Part part : parts(response)) {
            int from = (int) part.start();
            int to = (int) part.end() + 1;
            assertThat(part.size()).isEqualTo(size);
            assertThat(part.bytes()).isEqualTo(Arrays.copyOfRange(CONTENT, from, to));
            assertThat(sent.get(from, to).isEmpty()).as("sent twice").isTrue();
            sent.set(from, to);
        }
        assertThat(sent).isEqualTo(asked);
    }

    private static List<Parts.Part> parts(ReceivedResponse response) {
        assertThat(response.contentLength()).isEqualTo(response.body().length);
        if (!response.has("Content-Range")) {
            return Parts.of(response);
        }
        String[] numbers =
                response.field("Content-Range").substring("bytes ".length()).split("[-/]");
        long first = Long.parseLong(numbers[0]);
        long last = Long.parseLong(numbers[1]);
        assertThat(response.contentLength()).isEqualTo(last - first + 1);
        String type = response.field("Content-Type");
        long size = Long.parseLong(numbers[2]);
        return List.of(new Parts.Part(type, first, last, size, response.body()));
    }
}
