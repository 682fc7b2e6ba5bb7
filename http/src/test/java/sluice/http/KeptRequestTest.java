package sluice.http;

import static org.assertj.core.api.Assertions.assertThat;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import org.junit.jupiter.api.Test;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;

class KeptRequestTest {
    private static final String BEFORE = "what came before";
    private static final String HEAD = "PUT /a%20b/c?q=1 HTTP/1.1\r\n"
            + "Host: a\r\n"
            + "If-Match: \"1\"\r\n"
            + "X-Unknown: x\r\n"
            + "Expect: other\r\n"
            + "If-Match: \"2\", \"3\"\r\n"
            + "Content-Type:\r\n\r\n";

    private final byte[] block = (BEFORE + HEAD + "what follows").getBytes(ISO_8859_1);
    private final RequestHead head = new RequestHead();

    /** Parses what is in the block, keeps it, and reuses the block. */
    private KeptRequest kept(String message) {
        byte[] octets = message.getBytes(ISO_8859_1);
        System.arraycopy(octets, 0, block, BEFORE.length(), octets.length);
        MemorySegment bytes = MemorySegment.ofArray(block);
        int length = head.parse(bytes, BEFORE.length(), BEFORE.length() + octets.length);
        assertThat(length).isEqualTo(octets.length);
        KeptRequest kept = new KeptRequest(head, BEFORE.length(), BEFORE.length() + length);
        bytes.fill((byte) '?');
        head.parse(MemorySegment.ofArray(new byte[] {'X'}), 0, 1);
        return kept;
    }

    private static String text(Request request, int from, int to) {
        return Octets.string(request.bytes(), from, to);
    }

    private static List<String> values(Request request, Field field) {
        List<String> values = new ArrayList<>();
        for (int line = request.find(field); line >= 0; line = request.next(line)) {
            values.add(text(request, request.valueFrom(line), request.valueTo(line)));
        }
        return values;
    }

    @Test
    void aRequestOutlivesItsBlock() {
        KeptRequest kept = kept(HEAD);

        assertThat(kept.method()).isEqualTo(Method.PUT);
        assertThat(text(kept, kept.methodFrom(), kept.methodTo())).isEqualTo("PUT");
        assertThat(text(kept, kept.hostFrom(), kept.hostTo())).isEqualTo("a");
        assertThat(text(kept, kept.targetFrom(), kept.targetTo())).isEqualTo("/a%20b/c?q=1");
        assertThat(text(kept, kept.pathFrom(), kept.pathTo())).isEqualTo("/a%20b/c");
        assertThat(text(kept, kept.queryFrom(), kept.queryTo())).isEqualTo("q=1");
        assertThat(kept.unknownExpectation()).isTrue();
        assertThat(text(kept, 0, HEAD.length())).isEqualTo(HEAD);
        assertThat(kept.bytes().byteSize()).isEqualTo(HEAD.length());
    }

    @Test
    void itsOffsetsCountTheEmptyLinesBeforeIt() {
        KeptRequest kept = kept("\r\nHEAD http://b/c HTTP/1.1\r\nHost: a\r\n\r\n");

        assertThat(text(kept, kept.methodFrom(), kept.methodTo())).isEqualTo("HEAD");
        assertThat(text(kept, kept.hostFrom(), kept.hostTo())).isEqualTo("b");
        assertThat(text(kept, kept.pathFrom(), kept.pathTo())).isEqualTo("/c");
    }

    @Test
    void theLinesOfItsFirstFieldStayInOrder() {
        KeptRequest kept = kept("GET / HTTP/1.1\r\nAccept: a/b\r\nAccept: c/d\r\nHost: a\r\n\r\n");

        assertThat(Field.ACCEPT.ordinal()).as("is kept before all others").isZero();
        assertThat(kept.has(Field.ACCEPT)).isTrue();
        assertThat(values(kept, Field.ACCEPT)).containsExactly("a/b", "c/d");
        assertThat(values(kept, Field.HOST)).containsExactly("a");
    }

    @Test
    void itsFieldsAreThereLineByLine() {
        KeptRequest kept = kept(HEAD);

        assertThat(values(kept, Field.IF_MATCH)).containsExactly("\"1\"", "\"2\", \"3\"");
        assertThat(values(kept, Field.HOST)).containsExactly("a");
        assertThat(values(kept, Field.CONTENT_TYPE)).containsExactly("");
        assertThat(values(kept, Field.RANGE)).isEmpty();
        assertThat(kept.has(Field.RANGE)).isFalse();
        assertThat(kept.hasConditions()).isTrue();
    }

    @Test
    void whatIsNotThereStaysSo() {
        KeptRequest kept = kept("GET / HTTP/1.1\r\nHost: a\r\n\r\n");

        assertThat(kept.hasQuery()).isFalse();
        assertThat(kept.queryTo()).isEqualTo(-1);
        assertThat(kept.hasConditions()).isFalse();
        assertThat(kept.unknownExpectation()).isFalse();
    }
}
