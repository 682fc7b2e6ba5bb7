package sluice.http;

import static org.assertj.core.api.Assertions.assertThat;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import org.junit.jupiter.api.Test;

final class MultipartTest {
    @Test
    void tellsWhichOctetsAreSent() {
        assertThat(Multipart.contentRange(42, 1234, 5000)).isEqualTo("bytes 42-1233/5000");
        assertThat(Multipart.unsatisfiedRange(47_022)).isEqualTo("bytes */47022");
        assertThat(Multipart.contentType(0x0123456789ABCDEFL))
                .isEqualTo("multipart/byteranges; boundary=0123456789ABCDEF");
    }

    /** RFC 9110 section 14.6, whose CR LF before the first delimiter some clients rely on. */
    @Test
    void delimitsTheParts() {
        ByteRanges ranges = new ByteRanges();
        String value = "bytes=500-999,7000-7999";
        ranges.parse(Heads.segment(value), 0, value.length(), 8000);
        byte[] type = Heads.octets("application/pdf");
        String all = text(Multipart.partHead(ranges, 0, 8000, type, 255))
                + text(Multipart.partHead(ranges, 1, 8000, new byte[0], 255))
                + text(Multipart.end(255));

        assertThat(all).isEqualTo("""

            --00000000000000FF
            Content-Type: application/pdf
            Content-Range: bytes 500-999/8000


            --00000000000000FF
            Content-Range: bytes 7000-7999/8000


            --00000000000000FF--
            """.replace("\n", "\r\n"));
        assertThat(Multipart.length(ranges, 8000, type))
                .isEqualTo(1_500 + all.length() + "Content-Type: application/pdf\r\n".length());
    }

    private static String text(byte[] octets) {
        return new String(octets, ISO_8859_1);
    }
}
