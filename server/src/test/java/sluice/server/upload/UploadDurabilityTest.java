package sluice.server.upload;

import static org.assertj.core.api.Assertions.assertThat;

import static sluice.server.testing.RawClient.request;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import sluice.linux.Kernel;
import sluice.server.response.Response;
import sluice.server.root.LinuxRoot;
import sluice.server.root.Roots;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** In which order the disk is told: a crash at any moment leaves the old file or the new one. */
final class UploadDurabilityTest {
    private static final byte[] CONTENT = "new".getBytes(ISO_8859_1);

    @TempDir
    private Path root;

    /** What each fsync(2) was of, and which content the name had at that moment. */
    private final List<String> synced = new ArrayList<>();

    @BeforeEach
    void plant() throws IOException {
        Files.writeString(root.resolve("old.txt"), "old");
    }

    private Kernel watched() {
        InvocationHandler watch = (_, method, arguments) -> {
            if (method.getName().equals("fsync")) {
                Path file = Path.of("/proc/self/fd/" + arguments[0]).toRealPath();
                String what = file.equals(root.toRealPath()) ? "directory" : "file";
                Path old = root.resolve("old.txt");
                synced.add(what + ", " + (Files.exists(old) ? Files.readString(old) : "none"));
            }
            return method.invoke(Kernel.LINUX, arguments);
        };
        Class<Kernel> kernel = Kernel.class;
        return kernel.cast(
                Proxy.newProxyInstance(kernel.getClassLoader(), new Class<?>[] {kernel}, watch));
    }

    private int ask(String request) throws IOException {
        try (LinuxRoot linux = Roots.linux(root)) {
            UploadStore store = Uploaded.store(linux, root, new UploadSlots(1), watched());
            UploadReply reply =
                    store.begin(UploadRequest.parse(request.getBytes(ISO_8859_1)), () -> {});
            return switch (reply) {
                case Upload upload -> {
                    upload.sink().add(MemorySegment.ofArray(CONTENT), 0, CONTENT.length);
                    Response end = upload.finish();
                    yield end == null ? 0 : end.status();
                }
                case UploadReply.Answered(Response response) -> response.status();
            };
        }
    }

    @Test
    void aFileIsSyncedThenRenamedThenItsDirectoryIsSyncedThenItIsAnswered() throws IOException {
        String length = "Content-Length: " + CONTENT.length;
        assertThat(ask(request("PUT", "/old.txt", length))).isEqualTo(204);
        assertThat(synced).containsExactly("file, old", "directory, new");
    }

    @Test
    void theDirectoryOfADeletedFileIsSyncedBeforeItIsAnswered() throws IOException {
        assertThat(ask(request("DELETE", "/old.txt"))).isEqualTo(204);
        assertThat(synced).containsExactly("directory, none");
    }

    @Test
    void theNameOfANewDirectoryIsSyncedBeforeItIsAnswered() throws IOException {
        assertThat(ask(request("MKCOL", "/new"))).isEqualTo(201);
        assertThat(synced).containsExactly("directory, old");
    }
}
