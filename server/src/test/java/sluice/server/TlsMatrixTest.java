package sluice.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import sluice.io.TlsSettings;
import sluice.linux.OpenSsl;
import sluice.server.testing.Setup;
import sluice.server.testing.TlsTools;
import sluice.server.testing.Tree;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** What testssl and its like would find: all that openssl can offer is offered, one by one. */
@Tag("thorough")
final class TlsMatrixTest {
    private static final String ALL = "ALL:COMPLEMENTOFALL:@SECLEVEL=0";
    private static final Set<String> CIPHERS = Set.of(
            "ECDHE-ECDSA-AES128-GCM-SHA256",
            "ECDHE-ECDSA-AES256-GCM-SHA384",
            "ECDHE-ECDSA-CHACHA20-POLY1305");
    private static final Set<String> SUITES = Set.of(
            "TLS_AES_128_GCM_SHA256", "TLS_AES_256_GCM_SHA384", "TLS_CHACHA20_POLY1305_SHA256");
    /** Two of TLS 1.3 that servers may leave out. */
    private static final List<String> OTHER_SUITES =
            List.of("TLS_AES_128_CCM_SHA256", "TLS_AES_128_CCM_8_SHA256");

    @TempDir
    private Path root;

    @TempDir
    private Path keys;

    private TlsTools tools;
    private FileServer server;

    @BeforeEach
    void open() throws IOException {
        String refusal = OpenSsl.refusal();
        assumeTrue(refusal == null, refusal);
        tools = new TlsTools(keys);
        Tree.plant(root);
        server = Setup.PLAIN.serving(root).tls(TlsSettings.selfSigned()).build().start();
    }

    @AfterEach
    void close() {
        if (server != null) {
            server.close();
        }
    }

    private boolean agrees(String... options) throws Exception {
        String said = tools.sClient(server, options).output();
        assertThat(said).contains("Cipher is ");
        return !said.contains("Cipher is (NONE)");
    }

    @Test
    void exactlyThreeCiphersOfTls12AreSpoken() throws Exception {
        String listed =
                tools.run("", "openssl", "ciphers", "-s", "-tls1_2", ALL).output();
        List<String> offered = List.of(listed.strip().split(":"));
        assertThat(offered).hasSizeGreaterThan(20).containsAll(CIPHERS);
        List<String> spoken = new ArrayList<>();
        for (String cipher : offered) {
            if (agrees("-tls1_2", "-cipher", cipher + ":@SECLEVEL=0")) {
                spoken.add(cipher);
            }
        }
        assertThat(spoken).containsExactlyInAnyOrderElementsOf(CIPHERS);
    }

    @Test
    void exactlyThreeSuitesOfTls13AreSpoken() throws Exception {
        for (String suite : SUITES) {
            assertThat(agrees("-tls1_3", "-ciphersuites", suite)).as(suite).isTrue();
        }
        for (String suite : OTHER_SUITES) {
            assertThat(agrees("-tls1_3", "-ciphersuites", suite)).as(suite).isFalse();
        }
    }

    @Test
    void olderVersionsAreRefused() throws Exception {
        for (String version : List.of("-tls1", "-tls1_1")) {
            assertThat(agrees(version, "-cipher", ALL)).as(version).isFalse();
        }
    }

    @Test
    void theServerChoosesUnlessTheClientPutsChachaFirst() throws Exception {
        String both = "ECDHE-ECDSA-AES256-GCM-SHA384:ECDHE-ECDSA-AES128-GCM-SHA256";
        assertThat(tools.sClient(server, "-tls1_2", "-cipher", both).output())
                .contains("Cipher is ECDHE-ECDSA-AES128-GCM-SHA256");
        assertThat(tools.sClient(
                                server,
                                "-tls1_2",
                                "-cipher",
                                "ECDHE-ECDSA-CHACHA20-POLY1305:" + both)
                        .output())
                .contains("Cipher is ECDHE-ECDSA-CHACHA20-POLY1305");
    }

    @Test
    void thereIsNoCompressionNoEarlyDataAndNoUnsafeRenegotiation() throws Exception {
        assertThat(tools.sClient(server, "-tls1_2", "-comp").output())
                .contains("Compression: NONE")
                .contains("Secure Renegotiation IS supported");
        assertThat(tools.sClient(server, "-tls1_3").output())
                .contains("Max Early Data: 0")
                .doesNotContain("Early data was accepted");
    }

    @Test
    void aNameThatNoCertificateHasGetsTheFirstOne() throws Exception {
        assertThat(tools.sClient(server, "-servername", "nobody.example").output())
                .contains("Cipher is TLS_");
    }

    @Test
    void protocolsInCommonAreNeededIfTheClientOffersSome() throws Exception {
        assertThat(tools.sClient(server, "-alpn", "h2,http/1.1").output())
                .contains("ALPN protocol: h2");
        assertThat(tools.sClient(server, "-alpn", "spdy/3").output()).contains("alert");
        assertThat(tools.sClient(server).output()).contains("No ALPN negotiated");
    }
}
