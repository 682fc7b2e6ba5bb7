package sluice.server.http2;

import static org.assertj.core.api.Assertions.assertThat;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import com.code_intelligence.jazzer.junit.FuzzTest;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;

import sluice.io.Counter;
import sluice.server.testing.Rehearsed;
import sluice.server.testing.Tree;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/**
 * Whatever a client sends behind its preface, in pieces of any size: the server sends frames as RFC
 * 9113 wants them, does not hang, and holds nothing when the connection has ended. The build
 * replays the inputs of Http2FuzzTestInputs. To look for new ones for a minute:
 *
 * <pre>JAZZER_FUZZ=1 mvn -pl server -am test -Dtest=Http2FuzzTest#frames -Dtest.jvm.flags=</pre>
 */
class Http2FuzzTest {
    @TempDir
    static Path root;

    private static Rehearsed site;

    @BeforeAll
    static void open() throws IOException {
        Tree.plant(root);
        site = Rehearsed.of(root);
    }

    @AfterAll
    static void close() {
        site.close();
    }

    /** The first octet is the size of the pieces, 0 for all at once; the others are sent. */
    @FuzzTest(maxDuration = "1m")
    void frames(byte[] data) {
        if (data.length == 0) {
            return;
        }
        int piece = data[0] == 0 ? data.length : data[0] & 0xFF;
        Http2Peer peer = Http2Peer.silent(site);
        try (peer) {
            peer.send(Http2Peer.PREFACE.getBytes(ISO_8859_1));
            for (int at = 1; at < data.length; at += piece) {
                peer.connection.receive(data, at, Math.min(data.length, at + piece));
            }
            assertThat(peer.connection.count(Counter.FAILED)).isZero();
            List<Http2Peer.Received> sent = peer.frames();
            for (Http2Peer.Received frame : sent) {
                assertThat(frame.payload().length).isLessThanOrEqualTo(Frame.PAYLOAD_MAX);
                boolean ofClient = frame.stream() % 2 == 1;
                assertThat(ofClient || frame.stream() == 0).isTrue();
            }
            assertThat(sent.getFirst().type()).isEqualTo(Frame.SETTINGS);
            assertThat(peer.connection.awaitsInput()
                            || peer.connection.isClosed()
                            || peer.connection.hasEnded())
                    .as("it goes on, or has ended")
                    .isTrue();
        }
        assertThat(peer.connection.buffersInUse()).isZero();
        assertThat(peer.connection.timers()).isZero();
    }
}
