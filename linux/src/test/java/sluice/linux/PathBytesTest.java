package sluice.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import static java.nio.charset.StandardCharsets.US_ASCII;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

final class PathBytesTest {
    /** Bytes that are invalid in today's encodings, and characters with a meaning in URIs. */
    private static final byte[] ODD = {'a', (byte) 0xE9, ' ', '%', '?', '#', ':', '\n', '.'};

    @TempDir
    private Path directory;

    @BeforeEach
    void assumeLinux() {
        assumeTrue(Linux.available(), Linux::unavailableReason);
    }

    @Test
    void aNameKeepsItsBytesThereAndBack() throws IOException {
        Path odd = directory.resolve(PathBytes.name(ODD));
        assertThat(PathBytes.ofName(Files.createDirectory(odd))).isEqualTo(ODD);
        assertThat(PathBytes.of(Path.of("/"))).containsExactly('/');
        assertThatThrownBy(() -> PathBytes.name("a/b".getBytes(US_ASCII)))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void aFileIsOpenedByTheBytesOfItsName() throws IOException {
        Path odd = Files.writeString(directory.resolve(PathBytes.name(ODD)), "content");
        int opened = FileCalls.open(odd, FileCalls.O_RDONLY | FileCalls.O_CLOEXEC, 0);
        assertThat(opened).isNotNegative();
        assertThat(FileCalls.close(opened)).isZero();
        Path none = directory.resolve("none");
        assertThat(FileCalls.open(none, FileCalls.O_RDONLY, 0)).isEqualTo(-Errno.ENOENT);
    }
}
