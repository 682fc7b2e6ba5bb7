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
            "models", "docs/io-models.md",
            "code", "ARCHITECTURE.md");

    /** Numbers are octets, counts or nanoseconds, as the constant is. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        http | two are skipped, a third is 400 | http.RequestHead | MAX_LEADING_EMPTY_LINES | 2
        http | at most 8 KiB with its CR LF, else 414 | http.RequestHead | MAX_REQUEST_LINE | 8192
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
        http | at most a million entries | server.listing.ListingBudget | ENTRIES_MAX | 1000000
        http | 30 s without an octet | server.upload.UploadReceiver | STALL_NANOS | 30000000000
        http | below 500 octets/s | server.upload.UploadReceiver | NANOS_PER_OCTET | 2000000
        http | more than 256 at a time | server.ProcessBudget | UPLOADS_MAX | 256
        http | (32 with ` | server.ProcessBudget | UPLOADS_MAX_AMONG_SOCKETS | 32
        http | those stay for a day | server.Uploads | MAX_AGE | 86400000000000
        http | of known length from 256 KiB | server.upload.UploadReceiver | BYPASS_MIN | 262144
        http | after 16 MiB of a request | server.upload.Upload | TELL_EVERY | 16777216
        http | of up to 1 MiB, its CRC-32 | server.content.SiblingCheck | CHECKSUM_MAX | 1048576
        http | a window of at most 8 MiB | http.CodedContent | ZSTD_WINDOW_MAX | 8388608
        http | buffers of 64 KiB for | server.ProcessBudget | BYTES_PER_UPLOAD | 65536
        http | and 10,000 uploads | server.upload.KeptUploads | MOST | 10000
        http | 24 h at most | server.ServedFiles | FRESH_MAX | 86400000000000
        http | and for a second at least | io.loop.RoomMaker | PATIENCE | 1000000000
        http | a quarter of what had come | server.upload.Upload | TELL_FRACTION | 4
        copy | by a pipe of 256 KiB | io.copy.Splice | SIZE | 262144
        copy | A loop has 64 pipes at most | io.copy.Splice | PIPES | 64
        copy | ranges of up to 40 KiB by | io.CopyMode | COPIED_MAX | 40960
        copy | by a pipe of 1 MiB of the upload's | io.FileSink | PIPE | 1048576
        copy | the upload's 64 KiB | io.FileSink | BUFFER | 65536
        copy | up to eight samples of 64 bytes | io.Samples | MOST | 8
        copy | up to eight samples of 64 bytes | io.Samples | LENGTH | 64
        copy | intervals up to a second | io.LentPages | LONGEST_NANOS | 1000000000
        copy | in windows of 256 KiB | io.copy.ColdGuard | WINDOW | 262144
        copy | An answer is believed for a second | io.copy.ColdGuard | BELIEVED_NANOS | 1000000000
        copy | sends that took 25 ms or more | io.copy.ColdGuard | STALL_NANOS | 25000000
        copy | by one of eight threads | io.Reactors | READERS | 8
        copy | A window of at most 1 MiB is mapped | io.copy.MmapCopy | WINDOW | 1048576
        copy | A loop has 64 buffers of 128 KiB | io.copy.ZeroCopy | BUFFERS | 64
        copy | A loop has 64 buffers of 128 KiB | io.copy.ZeroCopy | BUFFER | 131072
        copy | Pieces below 16 KiB are sent plainly | io.copy.ZeroCopy | WORTH_IT | 16384
        copy | keep up (8 MiB wait) | server.AccessLog | WAITING_BYTES_MAX | 8388608
        loops | one and the same turn for 5 s | io.reactor.Watchdog | STUCK_NANOS | 5000000000
        loops | where there is none (16 times | io.reactor.LoopArrangement | REPLACEMENTS_MAX | 16
        models | At most 512 events are taken | io.readiness.ReadyList | MAX | 512
        models | 50 µs at first | io.readiness.NonblockingPoller | SHORTEST_NANOS | 50000
        models | 2 ms at most | io.readiness.NonblockingPoller | LONGEST_NANOS | 2000000
        models | takes one of 256 buffers | io.uring.ReceiveBuffers | COUNT | 256
        models | looks up every 500 ms | io.async.AioEngine | WAIT_NANOS | 500000000
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

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        http | a page has 5,000 rows | server.listing.HtmlListing | ROWS | 5000
        http | up to 32 KiB of it | server.listing.Readme | MAX | 32768
        """)
    void soItIsOfPages(String document, String words, String type, String constant, long number)
            throws Exception {
        theCodeHasTheNumberThatIsDocumented(document, words, type, constant, number);
    }
}
