package sluice.io.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import sluice.io.TlsCertificate;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Set;

/** Which certificates a server uses, and what it says about others. */
class LoadedCertificateTest {
    private static final Set<String> NAMES = Set.of("localhost", "b.example", "127.0.0.1", "::1");

    @Test
    void aSelfSignedOneHasItsNamesAndAddresses() throws Exception {
        LoadedCertificate made = SelfSigned.certificate(NAMES, Instant.now());
        assertThat(made.names()).containsExactlyInAnyOrder("localhost", "b.example");
        assertThat(made.own().getSubjectAlternativeNames()).hasSize(4);
        made.own().verify(made.own().getPublicKey());
    }

    @Test
    void anExpiredOneAndOneOfTheFutureAreRefused() {
        Instant now = Instant.now();
        assertThatIOException()
                .isThrownBy(() -> SelfSigned.certificate(NAMES, now.minus(Duration.ofDays(31))))
                .withMessageStartingWith("certificate (self-signed) has expired at ");
        assertThatIOException()
                .isThrownBy(() -> SelfSigned.certificate(NAMES, now.plus(Duration.ofDays(1))))
                .withMessageStartingWith("certificate (self-signed) is valid from ")
                .withMessageEndingWith("; look at the clock");
    }

    @Test
    void aKeyWithAPassphraseIsRefusedBeforeAnybodyAsksForIt(@TempDir Path folder)
            throws IOException {
        Path key =
                Files.writeString(folder.resolve("key"), "-----BEGIN ENCRYPTED PRIVATE KEY-----\n");
        assertThatIOException()
                .isThrownBy(() -> LoadedCertificate.read(new TlsCertificate(key, key)))
                .withMessageStartingWith("key " + key + " has a passphrase");
    }

    @Test
    void whatIsNoCertificateIsRefused(@TempDir Path folder) throws IOException {
        Path empty = Files.createFile(folder.resolve("empty"));
        assertThatIOException()
                .isThrownBy(() -> LoadedCertificate.read(new TlsCertificate(empty, empty)))
                .withMessage("no certificate is in " + empty + "; it must have one in PEM");
    }
}
