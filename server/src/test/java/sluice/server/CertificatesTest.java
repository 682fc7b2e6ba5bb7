package sluice.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

import sluice.io.TlsCertificate;
import sluice.io.TlsProvider;
import sluice.io.TlsSettings;
import sluice.linux.OpenSsl;
import sluice.server.testing.Await;
import sluice.server.testing.RawClient;
import sluice.server.testing.TlsTools;
import sluice.server.testing.Tree;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;

/** Which certificate a client gets: by its name, after files have changed, or none at all. */
@ParameterizedClass(name = "{0}")
@EnumSource(
        value = TlsProvider.class,
        names = {"OPENSSL", "JDK"})
class CertificatesTest {
    private final TlsProvider provider;

    @TempDir
    Path root;

    @TempDir
    Path keys;

    private TlsTools tools;

    CertificatesTest(TlsProvider provider) {
        this.provider = provider;
    }

    @BeforeEach
    void hasLibssl() throws IOException {
        String refusal = provider == TlsProvider.OPENSSL ? OpenSsl.refusal() : null;
        assumeTrue(refusal == null, refusal);
        Tree.plant(root);
        tools = new TlsTools(keys);
    }

    private Sluice.Builder settings() {
        return Sluice.builder().root(root).port(0).allowHost("*");
    }

    @Test
    void eachNameHasItsCertificateAndOthersTheFirst() throws Exception {
        TlsSettings settings = new TlsSettings(
                List.of(
                        tools.certificate("first.example"),
                        tools.certificate("second.example"),
                        tools.certificate("*.wild.example")),
                null,
                null,
                null);
        try (FileServer server =
                settings().tls(settings.withProvider(provider)).build().start()) {
            assertThat(tools.sClient(server, "-servername", "second.example").output())
                    .contains("subject=CN = second.example");
            assertThat(tools.sClient(server, "-servername", "SECOND.example").output())
                    .contains("subject=CN = second.example");
            for (String wild : List.of("a.wild.example", "B.WILD.example")) {
                assertThat(tools.sClient(server, "-servername", wild).output())
                        .contains("subject=CN = *.wild.example");
            }
            // One label, no more and no less (RFC 6125 section 6.4.3).
            for (String none : List.of("a.b.wild.example", "wild.example")) {
                assertThat(tools.sClient(server, "-servername", none).output())
                        .contains("subject=CN = first.example");
            }
            assertThat(tools.sClient(server, "-servername", "other.example").output())
                    .contains("subject=CN = first.example");
            assertThat(tools.sClient(server, "-noservername").output())
                    .contains("subject=CN = first.example");
        }
    }

    @Test
    void changedFilesAreReadAgainAndBadOnesAreNot() throws Exception {
        TlsCertificate used = tools.certificate("old.example");
        TlsSettings settings = TlsSettings.of(used.chain(), used.key());
        try (FileServer server =
                        settings().tls(settings.withProvider(provider)).build().start();
                RawClient kept = RawClient.of(server)) {
            String old = server.fingerprint();
            TlsCertificate next = tools.certificate("new.example");
            Files.move(next.key(), used.key(), StandardCopyOption.REPLACE_EXISTING);
            // The new key does not fit the old certificate: that stays.
            assertThat(RawClient.get(server, "/hello.txt").status()).isEqualTo(200);
            assertThat(server.fingerprint()).isEqualTo(old);
            Files.move(next.chain(), used.chain(), StandardCopyOption.REPLACE_EXISTING);
            Await.until("the new one", () -> !Objects.equals(old, server.fingerprint()));
            assertThat(tools.sClient(server).output()).contains("subject=CN = new.example");
            assertThat(kept.get("/hello.txt").status()).isEqualTo(200);
        }
    }

    @Test
    void anExpiredCertificateAndAnExpiredIssuerDoNotReplaceTheOldOne() throws Exception {
        TlsCertificate used = tools.certificate("used.example");
        TlsSettings settings = TlsSettings.of(used.chain(), used.key());
        try (FileServer server =
                settings().tls(settings.withProvider(provider)).build().start()) {
            String old = server.fingerprint();
            TlsCertificate next = tools.certificate("next.example");
            Path expired = tools.expired("issuer.example");
            // The issuer of nobody, but clients would be sent it.
            Files.writeString(next.chain(), Files.readString(expired), StandardOpenOption.APPEND);
            copy(next, used);
            server.lookAtCertificates();
            assertThat(server.fingerprint()).isEqualTo(old);
            copy(new TlsCertificate(expired, next.key()), used);
            server.lookAtCertificates();
            assertThat(server.fingerprint()).isEqualTo(old);
            assertThat(tools.sClient(server).output()).contains("subject=CN = used.example");
        }
    }

    @Test
    void noRequestFailsWhileCertificatesAreReadAHundredTimes() throws Exception {
        List<TlsCertificate> both =
                List.of(tools.certificate("one.example"), tools.certificate("two.example"));
        TlsCertificate used =
                new TlsCertificate(keys.resolve("used.crt"), keys.resolve("used.key"));
        copy(both.getFirst(), used);
        TlsSettings settings = TlsSettings.of(used.chain(), used.key());
        try (FileServer server =
                        settings().tls(settings.withProvider(provider)).build().start();
                ExecutorService clients = Executors.newFixedThreadPool(2)) {
            AtomicBoolean over = new AtomicBoolean();
            Callable<Integer> client = () -> {
                int got = 0;
                while (!over.get()) {
                    assertThat(RawClient.get(server, "/medium.bin").body()).isEqualTo(Tree.MEDIUM);
                    got++;
                }
                return got;
            };
            List<Future<Integer>> working = List.of(clients.submit(client), clients.submit(client));
            for (int i = 1; i <= 100; i++) {
                String before = server.fingerprint();
                copy(both.get(i % 2), used);
                server.lookAtCertificates();
                assertThat(server.fingerprint()).isNotEqualTo(before);
            }
            over.set(true);
            for (Future<Integer> work : working) {
                assertThat(work.get()).isPositive();
            }
        }
    }

    /** Beside it, then renamed, as programs that renew certificates do. */
    private void copy(TlsCertificate from, TlsCertificate to) throws IOException {
        for (Path[] pair : new Path[][] {{from.key(), to.key()}, {from.chain(), to.chain()}}) {
            Path beside = Files.copy(pair[0], keys.resolve("beside"));
            Files.move(beside, pair[1], StandardCopyOption.REPLACE_EXISTING);
        }
    }

    @Test
    void whatCannotBeUsedIsRefusedAtTheStart() throws Exception {
        TlsCertificate good = tools.certificate("good.example");
        TlsCertificate other = tools.certificate("other.example");
        TlsCertificate secret =
                tools.certificate("secret.example", "-passout", "pass:1234", "-days", "30");
        assertRefused(new TlsCertificate(good.chain(), other.key()), "cannot be used");
        assertRefused(secret, "has a passphrase");
        assertRefused(new TlsCertificate(good.key(), good.key()), "good.example.key");
        assertRefused(new TlsCertificate(keys.resolve("none"), good.key()), "no such file");
    }

    private void assertRefused(TlsCertificate certificate, String reason) {
        TlsSettings settings = new TlsSettings(List.of(certificate), null, null, null);
        assertThatIOException()
                .isThrownBy(() -> settings()
                        .tls(settings.withProvider(provider))
                        .build()
                        .start()
                        .close())
                .withMessageContaining(reason);
    }
}
