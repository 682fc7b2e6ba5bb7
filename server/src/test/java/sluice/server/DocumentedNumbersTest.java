package sluice.server;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.lang.reflect.Field;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;

/**
 * Each limit that a document tells a user is the one that the code has, as a number: other tests
 * use the constants, and would follow one that changes.
 */
final class DocumentedNumbersTest {
    /** Tests run in the directory of their module. */
    private static final Path REPOSITORY = Path.of("..");

    private static final Map<String, String> DOCUMENTS = Map.of(
            "http", "docs/supported-http.md",
            "copy", "docs/copy-paths.md",
            "loops", "docs/reactors.md",
            "code", "ARCHITECTURE.md");

    /** Numbers are octets, counts or nanoseconds, as the constant is. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        http | two are skipped, a third is 400 | http.RequestHead | MAX_LEADING_EMPTY_LINES | 2
        http | at most 8 KiB, else 414 | http.RequestHead | MAX_REQUEST_LINE | 8192
        http | a token of at most 32 octets | http.RequestHead | MAX_METHOD | 32
        http | at most 16 KiB and 100 fields, else 431 | http.RequestHead | MAX_HEAD | 16384
        http | at most 16 KiB and 100 fields, else 431 | http.FieldLines | MAX_FIELDS | 100
        http | a size of at most 15 digits | http.ChunkedDecoder | MAX_SIZE_DIGITS | 15
        http | trailers of at most 8 KiB | http.ChunkedDecoder | MAX_OVERHEAD | 8192
        http | more than 128 ranges | http.ByteRanges | MAX_RANGES | 128
        http | dropped up to 64 KiB | server.http1.Http1Protocol | BODY_SKIPPED_MAX | 65536
        http | 30 s for a head (408) | server.http1.Http1Protocol | MESSAGE_NANOS | 30000000000
        http | 75 s between requests | server.http1.Http1Protocol | IDLE_NANOS | 75000000000
        http | 60 s without a byte taken of an answer | io.Limits | STALL | 60000000000
        http | dropped for 2 s or 1 MiB | io.Limits | LINGER | 2000000000
        http | dropped for 2 s or 1 MiB | io.Input | LINGER_BYTES_MAX | 1048576
        http | than are listed (100,000) | server.root.DirectoryEntries | LIMIT | 100000
        http | Eight listings are made | server.listing.ListingBudget | MADE_AT_ONCE | 8
        http | a million entries in all | server.listing.ListingBudget | ENTRIES_MAX | 1000000
        http | 30 s without an octet | server.upload.UploadReceiver | STALL_NANOS | 30000000000
        http | below 500 octets/s | server.upload.UploadReceiver | NANOS_PER_OCTET | 2000000
        http | more than 256 at a time | server.site.ServerResources | UPLOADS_MAX | 256
        http | (32 with ` | server.site.ServerResources | UPLOADS_MAX_AMONG_SOCKETS | 32
        http | those stay for a day | server.Uploads | MAX_AGE | 86400000000000
        http | of known length from 256 KiB | server.upload.UploadReceiver | BYPASS_MIN | 262144
        http | after 16 MiB of a request | server.upload.Upload | TELL_EVERY | 16777216
        http | a quarter of what had come | server.upload.Upload | TELL_FRACTION | 4
        copy | A window of at most 1 MiB is mapped | io.copy.MmapCopy | WINDOW | 1048576
        copy | A loop has 64 buffers of 128 KiB | io.copy.ZeroCopy | BUFFERS | 64
        copy | A loop has 64 buffers of 128 KiB | io.copy.ZeroCopy | BUFFER | 131072
        copy | Pieces below 16 KiB are sent plainly | io.copy.ZeroCopy | WORTH_IT | 16384
        copy | keep up (8 MiB wait) | server.AccessLog | WAITING_BYTES_MAX | 8388608
        loops | one and the same turn for 5 s | io.reactor.Watchdog | STUCK_NANOS | 5000000000
        code | A name is trusted for a second | server.ServedFiles | FRESH | 1000000000
        """)
    void theCodeHasTheNumberThatIsDocumented(
            String document, String words, String type, String constant, long number)
            throws Exception {
        String text = Files.readString(REPOSITORY.resolve(DOCUMENTS.get(document)));
        assertThat(text.replaceAll("\\s+", " ")).contains(words);
        Field field = Class.forName("sluice." + type).getDeclaredField(constant);
        field.setAccessible(true);
        Object value = field.get(null);
        long actual =
                value instanceof Duration time ? time.toNanos() : ((Number) value).longValue();
        assertThat(actual).as(words).isEqualTo(number);
    }
}
