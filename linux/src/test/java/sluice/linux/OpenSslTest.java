package sluice.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import java.util.List;
import java.util.Objects;

/** The binding of libssl; that sessions work is for the tests of the server. */
class OpenSslTest {
    @BeforeEach
    void isThere() {
        String refusal = OpenSsl.refusal();
        assumeTrue(refusal == null, refusal);
    }

    @Test
    void theVersionIsAtLeastThree() {
        assertThat(OpenSsl.version()).matches("OpenSSL [3-9]\\..*");
    }

    @Test
    void whatIsNoCertificateIsRefusedInWords() {
        TlsContext context = TlsContext.server(List.of("http/1.1"));
        assertThat(context.use(new byte[0], new byte[0]))
                .isEqualTo("no certificate in PEM: no start line");
        // The queue of errors of this thread is empty again.
        assertThat(OpenSsl.call(OpenSsl.Function.ERR_PEEK_LAST_ERROR, 0, 0, 0, 0))
                .isZero();
    }

    @Test
    void ticketKeysHaveTheirSize() {
        TlsContext context = TlsContext.server(List.of());
        for (int sets = 1; sets <= TlsContext.TICKET_KEYS_MAX; sets++) {
            context.ticketKeys(new byte[80 * sets]);
        }
        for (int wrong : new int[] {0, 48, 81, 9 * 80}) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> context.ticketKeys(new byte[wrong]))
                    .withMessage("ticket keys of " + wrong + " octets");
        }
    }

    @Test
    void aSessionBeforeItsHandshakeSendsNoCloseNotifyAndIsFreedTwice() {
        TlsSession session = Objects.requireNonNull(TlsContext.server(List.of()).accept(-1));
        assertThat(session.closeNotify()).isZero();
        session.free();
        session.free();
    }
}
