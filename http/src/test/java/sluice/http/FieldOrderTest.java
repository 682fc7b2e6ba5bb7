package sluice.http;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.util.ArrayList;
import java.util.List;

/** "The order in which field lines with differing field names are received is not significant." */
class FieldOrderTest {
    private static final long SIZE = 100;
    private static final byte[] TAG = Heads.octets("\"a\"");
    private static final long MODIFIED = 784_111_777; // Sun, 06 Nov 1994 08:49:37 GMT
    private static final long NOW = MODIFIED + 1_000_000;

    /** What every reader of fields makes of a request. */
    private static List<Object> answers(Request request) {
        List<Object> answers = new ArrayList<>();
        AcceptEncoding codings = new AcceptEncoding();
        codings.parse(request);
        for (ContentCoding coding : ContentCoding.values()) {
            answers.add(codings.accepts(coding));
        }
        answers.add(Accept.weight(request, "text/html"));
        answers.add(WantDigest.best(request, Field.WANT_REPR_DIGEST) == DigestAlgorithm.SHA_512);
        answers.add(new ByteRanges().parse(request, SIZE));
        answers.add(Conditions.evaluate(request, true, TAG, MODIFIED, NOW));
        answers.add(Conditions.ifRangeHolds(request, TAG, MODIFIED, NOW));
        answers.add(UploadFields.of(request));
        answers.add(CrossOrigin.sent(request));
        for (Field field : Field.values()) {
            answers.add(request.has(field));
        }
        return answers;
    }

    private static RequestHead head(String lines) {
        return Heads.head("GET / HTTP/1.1\r\n" + lines + "\r\n");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Accept: text/html;q=0.5",
                "Accept-Encoding: br",
                "Content-Type: application/partial-upload",
                "If-Match: \"b\"",
                "If-Modified-Since: Sun, 06 Nov 1994 08:49:37 GMT",
                "If-None-Match: \"a\"",
                "If-None-Match: *",
                "If-Range: \"b\"",
                "If-Unmodified-Since: Sun, 06 Nov 1994 08:49:36 GMT",
                "Origin: http://other",
                "Range: bytes=0-0",
                "Sec-Fetch-Site: cross-site",
                "Upload-Complete: ?0",
                "Upload-Draft-Interop-Version: 8",
                "Upload-Length: 5",
                "Upload-Offset: 5",
                "Want-Repr-Digest: sha-512=1"
            })
    void aFieldCountsWhereverItStands(String line) {
        String host = "Host: h\r\n";
        List<Object> expected = answers(head(host + line + "\r\n"));

        assertThat(expected).as("it changes something").isNotEqualTo(answers(head(host)));
        RequestHead first = head(line + "\r\n" + host);
        assertThat(answers(first)).isEqualTo(expected);
        int end = (int) first.bytes().byteSize();
        assertThat(answers(new KeptRequest(first, 0, end))).isEqualTo(expected);
    }

    /** Eight letters are compared at a time: a name of four such parts is not one of three. */
    @ParameterizedTest
    @ValueSource(strings = {"If-Modified-Since", "Want-Content-Digest", "If-Unmodified-Since"})
    void aNameWithEightLettersMoreIsAnother(String name) {
        for (int place = 0; place <= name.length(); place++) {
            String longer = name.substring(0, place) + "abcdefgh" + name.substring(place);
            RequestHead head = head("Host: h\r\n" + longer + ": x\r\n");
            for (Field field : Field.values()) {
                assertThat(head.has(field)).as(longer).isEqualTo(field == Field.HOST);
            }
            assertThat(head.fields().lastOrdinal()).isEqualTo(-1);
        }
    }
}
