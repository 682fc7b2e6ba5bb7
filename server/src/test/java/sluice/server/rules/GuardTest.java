package sluice.server.rules;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import static sluice.server.testing.RawClient.get;
import static sluice.server.testing.RawClient.request;

import static java.nio.charset.StandardCharsets.UTF_8;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import sluice.http.Method;
import sluice.server.Access;
import sluice.server.FileServer;
import sluice.server.PasswordCheck;
import sluice.server.Rules;
import sluice.server.Uploads;
import sluice.server.testing.RawClient;
import sluice.server.testing.ReceivedResponse;
import sluice.server.testing.Setup;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;

/** A site for those who have a password. */
final class GuardTest {
    private static final String PASSWORD = "grün:1";

    @TempDir
    private Path root;

    private final AtomicInteger checks = new AtomicInteger();
    private final PasswordCheck anna = (user, password) -> {
        checks.incrementAndGet();
        return user.equals("anna") && new String(password, UTF_8).equals(PASSWORD);
    };

    @BeforeEach
    void plant() throws IOException {
        RuledSite.plant(root);
    }

    private static Rules rules(PasswordCheck check) {
        return Rules.NONE.withAccess(new Access("files", check));
    }

    private static String basic(String credentials) {
        byte[] octets = credentials.getBytes(UTF_8);
        return "Authorization: Basic " + Base64.getEncoder().encodeToString(octets);
    }

    @Test
    void whoHasNoPasswordIsAskedForItWhateverItWants() throws Exception {
        Rules rules = rules(anna).withFallback("/index.html").withCleanUrls(true);
        try (FileServer server = RuledSite.start(root, rules);
                RawClient client = RawClient.of(server)) {
            for (String path : List.of("/", "/about", "/missing", "/empty/", "/docs", "/%")) {
                ReceivedResponse refused = client.get(path, RuledSite.BROWSER);
                assertThat(refused.status()).as(path).isEqualTo(401);
                assertThat(refused.field("WWW-Authenticate"))
                        .isEqualTo("Basic realm=\"files\", charset=\"UTF-8\"");
                assertThat(refused.text()).isNotEqualTo("home").doesNotContain("about us");
            }
            ReceivedResponse options = client.send(request("OPTIONS", "/")).read(Method.OPTIONS);
            assertThat(options.status()).isEqualTo(401);
        }
        assertThat(checks).hasValue(0);
    }

    @Test
    void theRightPasswordIsCheckedOnceForManyRequests() throws Exception {
        try (FileServer server = RuledSite.start(root, rules(anna));
                RawClient client = RawClient.of(server)) {
            for (int i = 0; i < 5; i++) {
                assertThat(client.get("/", basic("anna:" + PASSWORD)).text()).isEqualTo("home");
                assertThat(client.get("/empty/", basic("anna:" + PASSWORD)).status())
                        .isEqualTo(200);
            }
        }
        assertThat(checks).hasValue(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"anna:wrong", "anna:", "bert:grün:1", ":", "anna", ""})
    void aWrongPasswordIsRefusedAlsoAfterTheRightOne(String credentials) throws Exception {
        try (FileServer server = RuledSite.start(root, rules(anna));
                RawClient client = RawClient.of(server)) {
            assertThat(client.get("/", basic("anna:" + PASSWORD)).status()).isEqualTo(200);
            assertThat(client.get("/", basic(credentials)).status()).isEqualTo(401);
            assertThat(client.get("/", basic(credentials)).status()).isEqualTo(401);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Authorization: Basic ???",
                "Authorization: Bearer YW5uYTpncsO8bjox",
                "Authorization: Basic",
                "Authorization: Basic YW5uYTpncsO8bjox\r\nAuthorization: Basic YW5uYTpncsO8bjox"
            })
    void credentialsThatAreNoneAreRefusedWithoutACheck(String line) throws Exception {
        try (FileServer server = RuledSite.start(root, rules(anna))) {
            assertThat(get(server, "/", line).status()).isEqualTo(401);
        }
        assertThat(checks).hasValue(0);
    }

    @Test
    void nobodyElseWaitsForACheck() throws Exception {
        CountDownLatch end = new CountDownLatch(1);
        PasswordCheck slow = (user, password) -> {
            if (user.equals("slow")) {
                try {
                    end.await();
                } catch (InterruptedException e) {
                    return false;
                }
            }
            return anna.accepts(user, password);
        };
        try (FileServer server = RuledSite.start(root, rules(slow));
                RawClient first = RawClient.of(server);
                RawClient second = RawClient.of(server)) {
            assertThat(first.get("/", basic("anna:" + PASSWORD)).status()).isEqualTo(200);
            second.send(request("GET", "/", basic("slow:1")));
            assertThat(first.get("/", basic("anna:" + PASSWORD)).status()).isEqualTo(200);
            end.countDown();
            assertThat(second.read().status()).isEqualTo(401);
        }
    }

    @Test
    void aCheckThatFailsIsNotRepeatedForTheSameRequest() throws Exception {
        PasswordCheck broken = (user, password) -> {
            checks.incrementAndGet();
            throw new IllegalStateException("no list of users");
        };
        try (FileServer server = RuledSite.start(root, rules(broken));
                RawClient client = RawClient.of(server)) {
            assertThat(client.get("/", basic("anna:" + PASSWORD)).status()).isEqualTo(503);
            assertThat(client.get("/").status()).isEqualTo(401);
        }
        assertThat(checks).hasValue(1);
    }

    @Test
    void onlyWhoHasAPasswordChangesFiles() throws Exception {
        try (FileServer server = Setup.PLAIN
                        .serving(root)
                        .files(RuledSite.files(root, rules(anna)).withUploads(Uploads.defaults()))
                        .build()
                        .start();
                RawClient client = RawClient.of(server)) {
            String put = request("PUT", "/new.txt", "Content-Length: 3");
            assertThat(client.send(put + "abc").read(Method.PUT).status()).isEqualTo(401);
            assertThat(root.resolve("new.txt")).doesNotExist();
            String allowed =
                    request("PUT", "/new.txt", "Content-Length: 3", basic("anna:" + PASSWORD));
            assertThat(client.send(allowed + "abc").read(Method.PUT).status()).isEqualTo(201);
            assertThat(Files.readString(root.resolve("new.txt"))).isEqualTo("abc");
        }
    }

    @Test
    void aPreflightNeedsNoPasswordAndTellsNothingOfFiles() throws Exception {
        try (FileServer server = RuledSite.start(root, rules(anna).withCors("*"));
                RawClient client = RawClient.of(server)) {
            ReceivedResponse preflight = client.send(
                            request("OPTIONS", "/about.html", "Origin: https://other.example"))
                    .read(Method.OPTIONS);
            assertThat(preflight.status()).isEqualTo(204);
            assertThat(preflight.body()).isEmpty();
            assertThat(client.get("/about.html").status()).isEqualTo(401);
        }
    }

    @Test
    void aRealmThatWouldEndItsStringIsRefused() {
        assertThatThrownBy(() -> new Access("a\"b", anna))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("realm");
    }
}
