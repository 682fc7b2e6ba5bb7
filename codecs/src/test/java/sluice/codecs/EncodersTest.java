package sluice.codecs;

import static org.assertj.core.api.Assertions.assertThat;

import com.aayushatharva.brotli4j.Brotli4jLoader;
import com.aayushatharva.brotli4j.decoder.BrotliInputStream;
import com.github.luben.zstd.ZstdInputStream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import sluice.http.CodedContent;
import sluice.http.ContentCoding;
import sluice.server.Encoder;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.Random;
import java.util.zip.GZIPInputStream;

class EncodersTest {
    /** Bytes after which a text repeats itself. */
    private static final int NEWS = 1 << 18;

    @Test
    void brotliZstdAndGzipAreFoundTheBestFirst() {
        assertThat(Encoder.all())
                .extracting(Encoder::coding)
                .containsExactly(ContentCoding.BR, ContentCoding.ZSTD, ContentCoding.GZIP);
    }

    @ParameterizedTest
    @EnumSource(Encoder.Effort.class)
    void whatIsEncodedIsDecodedToTheSameBytes(Encoder.Effort effort) throws IOException {
        for (Encoder encoder : Encoder.all()) {
            for (int size : new int[] {0, 1, 100, 1 << 16}) {
                byte[] content = content(size);
                byte[] coded = encode(encoder, content, effort);
                assertThat(decode(encoder.coding(), coded)).isEqualTo(content);
            }
        }
    }

    @Test
    void textBecomesSmaller() throws IOException {
        byte[] content = content(1 << 17);
        for (Encoder encoder : Encoder.all()) {
            byte[] coded = encode(encoder, content, Encoder.Effort.BACKGROUND);
            assertThat(coded.length).isLessThan(content.length / 2);
        }
    }

    @Test
    void theStreamIsLeftOpenForTheCallerToClose() throws IOException {
        for (Encoder encoder : Encoder.all()) {
            boolean[] closed = new boolean[1];
            var out = new ByteArrayOutputStream() {
                @Override
                public void close() {
                    closed[0] = true;
                }
            };
            encoder.encode(new ByteArrayInputStream(content(100)), out, Encoder.Effort.BACKGROUND);
            assertThat(closed[0]).isFalse();
        }
    }

    /** What is made here must not be left aside there. */
    @ParameterizedTest
    @EnumSource(Encoder.Effort.class)
    void aServerFindsNoFaultInWhatIsEncoded(Encoder.Effort effort) throws IOException {
        for (Encoder encoder : Encoder.all()) {
            int largest = largest(encoder.coding(), effort);
            for (int size : new int[] {0, 1, 2, 100, 255, 256, 1_000, 1 << 16, largest}) {
                byte[] coded = encode(encoder, content(size), effort);
                byte[] head = Arrays.copyOf(coded, Math.min(coded.length, CodedContent.HEAD));
                int from = Math.max(0, coded.length - CodedContent.TAIL);
                byte[] tail = Arrays.copyOfRange(coded, from, coded.length);
                assertThat(CodedContent.fault(encoder.coding(), head, tail, size))
                        .as(encoder.coding() + " of " + size)
                        .isNull();
                if (encoder.coding() == ContentCoding.GZIP) {
                    assertThat(CodedContent.fault(encoder.coding(), head, tail, size + 1L))
                            .isNotNull();
                }
            }
        }
    }

    /**
     * More than the 8 MiB window that a browser's decoder must have (RFC 9659), where there is a
     * window to be found wrong: gzip's is always 32 KiB. The best effort takes a minute for 9 MiB.
     */
    private static int largest(ContentCoding coding, Encoder.Effort effort) {
        boolean isQuick = coding != ContentCoding.GZIP && effort != Encoder.Effort.BEST;
        return isQuick ? 9 << 20 : 1 << 20;
    }

    private static byte[] encode(Encoder encoder, byte[] content, Encoder.Effort effort)
            throws IOException {
        var out = new ByteArrayOutputStream();
        encoder.encode(new ByteArrayInputStream(content), out, effort);
        return out.toByteArray();
    }

    private static byte[] decode(ContentCoding coding, byte[] coded) throws IOException {
        var in = new ByteArrayInputStream(coded);
        try (InputStream decoded = switch (coding) {
            case BR -> brotli(in);
            case ZSTD -> new ZstdInputStream(in);
            case GZIP -> new GZIPInputStream(in);
            case IDENTITY -> in;
        }) {
            return decoded.readAllBytes();
        }
    }

    private static InputStream brotli(InputStream in) throws IOException {
        Brotli4jLoader.ensureAvailability();
        return new BrotliInputStream(in);
    }

    /**
     * Words in random order: neither all the same nor all different. A long text repeats itself:
     * Brotli takes a minute for 9 MiB of news, and the size is what matters.
     */
    private static byte[] content(int size) {
        Random random = new Random(7);
        byte[] content = new byte[size];
        for (int i = 0; i < size; i++) {
            boolean isNew = i < NEWS;
            content[i] = (byte)
                    (!isNew ? content[i - NEWS] : i % 6 == 5 ? ' ' : 'a' + random.nextInt(4));
        }
        return content;
    }
}
