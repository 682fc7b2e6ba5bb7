package sluice.server.http1;

import static org.assertj.core.api.Assertions.assertThat;

import static sluice.server.testing.RawClient.request;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import sluice.http.Method;
import sluice.io.testing.Rehearsal;
import sluice.server.testing.ReceivedResponse;
import sluice.server.testing.Rehearsed;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** The body of a request that was refused is read and dropped, but not for ever. */
final class RefusedBodiesTest {
    private static final int PIECE = 4_096;

    private Rehearsed site;

    @BeforeEach
    void open(@TempDir Path root) throws IOException {
        site = Rehearsed.of(root);
    }

    @AfterEach
    void close() {
        site.close();
    }

    private static void send(Rehearsal connection, String text) {
        connection.receive(text.getBytes(ISO_8859_1));
    }

    /** The number is that of docs/supported-http.md; of chunks it counts their framing, too. */
    @ParameterizedTest
    @CsvSource({"16, true", "17, false", "1000000, false"})
    void upTo64KibibytesAreDroppedAndTheNextRequestIsAnswered(int pieces, boolean answered)
            throws IOException {
        try (Rehearsal connection = site.connect()) {
            long length = (long) pieces * PIECE;
            send(connection, request("POST", "/", "Content-Length: " + length));
            for (int i = 0; i < pieces && !connection.hasEnded(); i++) {
                send(connection, "x".repeat(PIECE));
            }
            expect(connection, answered);
        }
    }

    @ParameterizedTest
    @CsvSource({"15, true", "17, false", "1000000, false"})
    void soAreThoseOfChunksThoughNobodyKnowsTheirLength(int chunks, boolean answered)
            throws IOException {
        try (Rehearsal connection = site.connect()) {
            send(connection, request("POST", "/", "Transfer-Encoding: chunked"));
            for (int i = 0; i < chunks && !connection.hasEnded(); i++) {
                send(connection, "1000\r\n" + "x".repeat(PIECE) + "\r\n");
            }
            if (!connection.hasEnded()) {
                send(connection, "0\r\n\r\n");
            }
            expect(connection, answered);
        }
    }

    private static void expect(Rehearsal connection, boolean answered) throws IOException {
        assertThat(connection.hasEnded()).isNotEqualTo(answered);
        if (answered) {
            send(connection, request("GET", "/none"));
        }
        List<Integer> statuses = Rehearsed.answers(connection, Method.GET).stream()
                .map(ReceivedResponse::status)
                .toList();
        assertThat(statuses).isEqualTo(answered ? List.of(405, 404) : List.of(405));
    }
}
