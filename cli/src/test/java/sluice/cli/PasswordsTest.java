package sluice.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import static java.nio.charset.StandardCharsets.UTF_8;

import at.favre.lib.crypto.bcrypt.BCrypt;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.nio.file.Files;
import java.nio.file.Path;

/** Users and their hashes, of options and files. */
final class PasswordsTest {
    /** The smallest cost there is: a test need not be slow. */
    private static final int COST = 4;
    /** htpasswd of Apache httpd calls the version 2y. */
    private static final String BY_HTPASSWD = hash("open").replace("$2a$", "$2y$");

    private static String hash(String password) {
        return BCrypt.withDefaults().hashToString(COST, password.toCharArray());
    }

    private static boolean accepts(Passwords passwords, String user, String password) {
        return passwords.accepts(user, password.getBytes(UTF_8));
    }

    @Test
    void aUserIsAcceptedWithHisPasswordAlone() {
        Passwords passwords = new Passwords();
        passwords.add("anna:" + hash("grün"));
        passwords.add("bert:" + BY_HTPASSWD);

        assertThat(accepts(passwords, "anna", "grün")).isTrue();
        assertThat(accepts(passwords, "bert", "open")).isTrue();
        assertThat(accepts(passwords, "anna", "open")).isFalse();
        assertThat(accepts(passwords, "bert", "grün")).isFalse();
        assertThat(accepts(passwords, "carl", "open")).isFalse();
        assertThat(accepts(passwords, "anna", "")).isFalse();
    }

    @Test
    void aPasswordIsNotComparedByItsStartOnly() {
        String long71 = "x".repeat(71);
        Passwords passwords = new Passwords();
        passwords.add("anna:" + hash(long71));

        assertThat(accepts(passwords, "anna", long71)).isTrue();
        assertThat(accepts(passwords, "anna", long71 + "y")).isFalse();
        assertThat(accepts(passwords, "anna", long71 + "yy")).isFalse();
    }

    @Test
    void withoutUsersNobodyIsAccepted() {
        assertThat(accepts(new Passwords(), "anna", "")).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "anna",
                "anna:secret",
                "anna:$apr1$x$abcdefghijklmnopqrstuv",
                ":$2y$04$abcdefghijklmnopqrstuuabcdefghijklmnopqrstuvwxyz0123456",
                "anna:$2y$31$abcdefghijklmnopqrstuuabcdefghijklmnopqrstuvwxyz01234"
            })
    void whatIsNoUserWithABcryptHashOfBearableCostIsRefusedAndNotRepeated(String line) {
        assertThatThrownBy(() -> new Passwords().add(line))
                .isInstanceOf(IllegalArgumentException.class)
                .satisfies(e -> assertThat(e.getMessage()).doesNotContain("secret", "apr1"));
    }

    @Test
    void aFileHasALineForEachUserAndAnErrorTellsTheLine(@TempDir Path directory) throws Exception {
        Path file = directory.resolve("users");
        Files.writeString(file, "# users\n\nanna:" + hash("open") + "\n");
        Passwords passwords = new Passwords();
        passwords.addAll(file);
        assertThat(accepts(passwords, "anna", "open")).isTrue();

        Files.writeString(file, "bert:" + hash("open") + "\ncarl:plain\n");
        assertThatThrownBy(() -> new Passwords().addAll(file))
                .hasMessageContaining("users:2: ")
                .hasMessageNotContaining("plain");
    }
}
