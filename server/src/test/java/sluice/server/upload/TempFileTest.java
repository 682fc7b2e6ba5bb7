package sluice.server.upload;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import sluice.linux.Errno;
import sluice.server.root.LinuxRoot;
import sluice.server.root.Roots;

import java.io.IOException;
import java.nio.file.Path;

final class TempFileTest {
    @Test
    void whereNothingCanBeLockedNothingIsLeft(@TempDir Path root) throws IOException {
        try (LinuxRoot linux = Roots.linux(root);
                WritableDirectory directory =
                        new WritableDirectory(linux.openDirectory(new byte[0], 0), new byte[0])) {
            TempFile file = TempFile.create(directory, (_, _) -> -Errno.ENOLCK);

            assertThat(file.descriptor()).isEqualTo(-Errno.ENOLCK);
            assertThat(root).isEmptyDirectory();
        }
    }
}
