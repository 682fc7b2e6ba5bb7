package sluice.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import static java.nio.charset.StandardCharsets.UTF_8;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a URL means for a request and for a file's name. */
final class HttpUrlTest {
    @ParameterizedTest
    @CsvSource({
        "http://h, h, /, ''",
        "HTTP://h:80/a/b.txt#part, h, /a/b.txt, b.txt",
        "http://[::1]:8000/a%20b?c=d/e, [::1]:8000, /a%20b?c=d/e, a b",
        "http://h/käse+brot, h, /k%C3%A4se+brot, käse+brot",
        "http://h/a%2Fb, h, /a%2Fb, ''",
        "http://h/%2Fb, h, /%2Fb, ''",
        "http://h/%00b, h, /%00b, ''",
        "http://h:65535/b, h:65535, /b, b",
        "http://h/%2e%2E, h, /%2e%2E, ''",
        "http://h/a%00b, h, /a%00b, ''",
        "http://h/dir/, h, /dir/, ''",
        "https://h/a, h, /a, a",
        "HTTPS://h:443/a, h, /a, a",
        "https://h:80/a, h:80, /a, a"
    })
    void aUrlGivesHostTargetAndTheNameOfAFile(
            String text, String authority, String target, String name) {
        HttpUrl url = HttpUrl.parse(text);
        assertThat(url.authority()).isEqualTo(authority);
        assertThat(url.target()).isEqualTo(target);
        assertThat(url.fileName()).isEqualTo(name.getBytes(UTF_8));
    }

    @ParameterizedTest
    @ValueSource(strings = {"http://h:0/", "http://h:65536/", "http://h:-1/", "http:///a", "http:"})
    void aUrlHasAHostAndAPortFrom1To65535(String text) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> HttpUrl.parse(text))
                .withMessageStartingWith(text);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/%", "/%2", "/%zz"})
    void aTargetThatIsNoUrlsNamesNoFile(String target) {
        assertThat(new HttpUrl("h", 80, target).fileName()).isEmpty();
    }

    @Test
    void referencesAreResolved() {
        HttpUrl url = HttpUrl.parse("http://h:81/a/b?c");
        assertThat(url.resolve("d").toString()).isEqualTo("http://h:81/a/d");
        assertThat(url.resolve("/d?e").toString()).isEqualTo("http://h:81/d?e");
        assertThat(url.resolve("//other/x").toString()).isEqualTo("http://other/x");
        assertThat(url.resolve("https://h/").toString()).isEqualTo("https://h/");
        assertThatThrownBy(() -> url.resolve("file:///etc/passwd"))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void aReferenceDoesNotLeadFromHttpsToHttp() {
        HttpUrl url = HttpUrl.parse("https://h:81/a/b");
        assertThat(url.resolve("/d").toString()).isEqualTo("https://h:81/d");
        assertThat(url.resolve("//other/d").toString()).isEqualTo("https://other/d");
        assertThatThrownBy(() -> url.resolve("http://h:81/d"))
                .hasMessage("http://h:81/d is not secure, and https://h:81 is: anybody on the way"
                        + " could change it; if you want it, give that URL");
    }

    @Test
    void aFileInADirectoryGetsItsNameEncoded() {
        HttpUrl directory = HttpUrl.parse("http://h/dir/?x");
        assertThat(directory.isDirectory()).isTrue();
        assertThat(HttpUrl.parse("http://h/dir?a/").isDirectory()).isFalse();
        assertThat(directory.file("50 %/ä".getBytes(UTF_8)).toString())
                .isEqualTo("http://h/dir/50%20%25%2F%C3%A4");
    }

    @Test
    void aNameThatIsNotUtf8KeepsItsOctets() {
        byte[] name = {'a', (byte) 0xFC};
        assertThat(HttpUrl.parse("http://h/dir/").file(name).target()).isEqualTo("/dir/a%FC");
        assertThat(HttpUrl.parse("http://h/dir/a%FC").fileName()).isEqualTo(name);
    }
}
