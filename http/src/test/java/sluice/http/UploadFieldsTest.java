package sluice.http;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import sluice.http.UploadFields.Complete;

import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;

class UploadFieldsTest {
    private static UploadFields of(String... lines) {
        StringBuilder text = new StringBuilder("PATCH / HTTP/1.1\r\nHost: h\r\n");
        for (String line : lines) {
            text.append(line).append("\r\n");
        }
        byte[] bytes = text.append("\r\n").toString().getBytes(StandardCharsets.ISO_8859_1);
        RequestHead head = new RequestHead();
        assertThat(head.parse(MemorySegment.ofArray(bytes), 0, bytes.length))
                .isEqualTo(bytes.length);
        return UploadFields.of(head);
    }

    @Test
    void aRequestWithoutTheFieldsIsNoResumableUpload() {
        assertThat(of()).isEqualTo(new UploadFields(Complete.ABSENT, -1, -1, false, false));
    }

    @Test
    void allFieldsAreRead() {
        assertThat(of(
                        "Upload-Complete: ?1",
                        "upload-offset: 12",
                        "Upload-Length: 999999999999999",
                        "Content-Type: application/partial-upload"))
                .isEqualTo(new UploadFields(Complete.YES, 12, 999_999_999_999_999L, true, false));
    }

    @ParameterizedTest
    @CsvSource({
        "?0,NO",
        "?1,YES",
        "?1;a=b,YES",
        "?2,ABSENT",
        "1,ABSENT",
        "?,ABSENT",
        "?10,ABSENT",
        "true,ABSENT",
        "'?1, ?1',ABSENT"
    })
    void completenessIsABoolean(String value, Complete complete) {
        assertThat(of("Upload-Complete: " + value).complete()).isEqualTo(complete);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"-1", "1.0", "abc", "\"1\"", "1 2", "1,2", "1000000000000000", "", ";a"})
    void whatIsNoIntegerFromZeroCountsForNothing(String value) {
        assertThat(of("Upload-Offset: " + value).offset()).isEqualTo(UploadFields.UNKNOWN);
        assertThat(of("Upload-Length: " + value).length()).isEqualTo(UploadFields.UNKNOWN);
    }

    @Test
    void aFieldThatIsSentTwiceCountsForNothing() {
        assertThat(of("Upload-Offset: 1", "Upload-Offset: 1").offset()).isEqualTo(-1);
        assertThat(of("Upload-Complete: ?1", "Upload-Complete: ?1").complete())
                .isEqualTo(Complete.ABSENT);
    }

    @ParameterizedTest
    @CsvSource({
        "application/partial-upload,true", "Application/Partial-Upload;x=y,true",
        "application/partial-upload2,false", "application/*,false"
    })
    void theMediaTypeOfAnAppendIsKnownWithoutItsParameters(String type, boolean partial) {
        assertThat(of("Content-Type: " + type).partial()).isEqualTo(partial);
    }
}
