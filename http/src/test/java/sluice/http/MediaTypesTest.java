package sluice.http;

import static org.assertj.core.api.Assertions.assertThat;

import static java.nio.charset.StandardCharsets.UTF_8;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MediaTypesTest {
    @ParameterizedTest
    @CsvSource({
        "index.html, text/html; charset=utf-8, true",
        "app.js, text/javascript; charset=utf-8, true",
        "app.mjs, text/javascript; charset=utf-8, true",
        "style.css, text/css; charset=utf-8, true",
        "notes.txt, text/plain; charset=utf-8, true",
        "README.md, text/markdown; charset=utf-8, true",
        "data.json, application/json, true",
        "app.webmanifest, application/manifest+json, true",
        "logo.svg, image/svg+xml, true",
        "feed.xml, application/xml, true",
        "photo.jpg, image/jpeg, false",
        "photo.JPEG, image/jpeg, false",
        "picture.png, image/png, false",
        "picture.webp, image/webp, false",
        "picture.avif, image/avif, false",
        "favicon.ico, image/vnd.microsoft.icon, true",
        "font.woff2, font/woff2, false",
        "film.mp4, video/mp4, false",
        "film.webm, video/webm, false",
        "song.mp3, audio/mpeg, false",
        "song.flac, audio/flac, false",
        "program.wasm, application/wasm, true",
        "paper.pdf, application/pdf, false",
        "archive.zip, application/zip, false",
        "archive.tar.gz, application/gzip, false",
        "archive.tar.zst, application/zstd, false",
        "library-1.0.jar, application/java-archive, false",
        "library-1.0.pom, application/xml, true",
        "library-1.0.jar.sha1, text/plain; charset=utf-8, true",
        "package.deb, application/x-debian-package, false",
    })
    void knowsTheTypeOfAName(String name, String type, boolean compressible) {
        assertThat(MediaTypes.of(name)).hasToString(type);
        assertThat(MediaTypes.of(name).compressible()).isEqualTo(compressible);
        assertThat(MediaTypes.of(name).bytes()).asString(UTF_8).isEqualTo(type);
    }

    @Test
    void aFileOfTheTypeOfWhatIsCodedInItSaysItsCoding() {
        assertThat(MediaTypes.of("a.SVGZ")).hasToString("image/svg+xml");
        assertThat(MediaTypes.of("a.SVGZ").coding()).isEqualTo(ContentCoding.GZIP);
        assertThat(MediaTypes.of("a.SVGZ").compressible()).isFalse();
        for (String name : new String[] {"a.svg", "a.gz", "a.tgz", "a.svg.gz", "a.wmz", "a"}) {
            assertThat(MediaTypes.of(name).coding()).as(name).isEqualTo(ContentCoding.IDENTITY);
        }
    }

    @Test
    void aNameWithoutAKnownExtensionIsOctets() {
        for (String name : new String[] {
            "", "README", "a.", ".", ".html", "dir.html/.html", "a.unheard-of", "dir.html/file"
        }) {
            assertThat(MediaTypes.of(name)).as(name).isSameAs(MediaTypes.UNKNOWN);
        }
    }

    @Test
    void ofSomeExtensionsOnlyTheContentTells() {
        for (String name : new String[] {"README", "a.vue", "a.toml", "a.ts", "a.PEM"}) {
            assertThat(MediaTypes.of(name).mayBeText()).as(name).isTrue();
        }
        for (String name : new String[] {"a.txt", "a.html", "a.png", "a.js", "a.zip", "a.svgz"}) {
            assertThat(MediaTypes.of(name).mayBeText()).as(name).isFalse();
        }
        assertThat(MediaTypes.of("a.toml")).hasToString("application/toml");
    }

    @Test
    void thereAreMoreThanAThousandExtensions() {
        assertThat(MediaTypes.count()).isGreaterThan(1200);
    }
}
