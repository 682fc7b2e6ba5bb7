package sluice.server.upload;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import static sluice.server.testing.RawClient.request;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

import sluice.io.Counter;
import sluice.io.Reactor;
import sluice.linux.Errno;
import sluice.linux.Kernel;
import sluice.linux.testing.ScriptedKernel;
import sluice.linux.testing.ScriptedKernel.AtMost;
import sluice.linux.testing.ScriptedKernel.Before;
import sluice.linux.testing.ScriptedKernel.Call;
import sluice.linux.testing.ScriptedKernel.Fail;
import sluice.linux.testing.ScriptedKernel.Pass;
import sluice.linux.testing.ScriptedKernel.Step;
import sluice.server.FileServer;
import sluice.server.Uploads;
import sluice.server.response.Response;
import sluice.server.root.LinuxRoot;
import sluice.server.root.Roots;
import sluice.server.testing.Await;
import sluice.server.testing.RawClient;
import sluice.server.testing.Setup;
import sluice.server.testing.Tree;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.MemorySegment;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/** Disks that are full or broken: the old file stays, whole, and nothing beside it. */
final class UploadFaultsTest {
    private static final byte[] CONTENT = Tree.random(200_000);
    private static final String OLD = "old";
    private static final String WHOLE = "Pragma: whole";

    @TempDir
    private Path root;

    /** Receives as a connection does, by the buffer. */
    private int put(Kernel kernel, String line) throws IOException {
        Path old = Files.writeString(root.resolve("old.txt"), OLD);
        assertThat(old).exists();
        try (LinuxRoot linux = Roots.linux(root)) {
            UploadSlots slots = new UploadSlots(10);
            UploadStore store = Uploaded.store(linux, root, slots, kernel);
            UploadRequest request = UploadRequest.parse(
                    request("PUT", "/old.txt", "Content-Length: " + CONTENT.length, line)
                            .getBytes(ISO_8859_1));
            UploadReply reply = store.begin(request, () -> {});
            int status = switch (reply) {
                case Upload upload -> receive(upload);
                case UploadReply.Answered(Response response) -> response.status();
            };
            assertThat(store.receiving()).isZero();
            assertThat(slots.taken()).isZero();
            return status;
        }
    }

    private static int receive(Upload upload) {
        MemorySegment bytes = MemorySegment.ofArray(CONTENT);
        for (int at = 0; at < CONTENT.length; ) {
            int length = Math.min(upload.sink().room(), CONTENT.length - at);
            upload.sink().add(bytes, at, length);
            at += length;
            Response failure = at < CONTENT.length ? upload.write(CONTENT.length, true) : null;
            if (failure != null) {
                return failure.status();
            }
        }
        return Objects.requireNonNull(upload.finish()).status();
    }

    @ParameterizedTest
    @CsvSource({
        "PWRITE,0,28,507", "PWRITE,2,28,507", "PWRITE,3,28,507", "PWRITE,1,122,507",
        "PWRITE,1,5,500", "PWRITE,1,27,413", "FSYNC,0,28,507", "FSYNC,0,5,500",
        "RENAME,0,28,507", "RENAME,0,13,403"
    })
    void whatCannotBeWrittenLeavesTheOldFile(Call call, int after, int errno, int status)
            throws IOException {
        ScriptedKernel kernel = new ScriptedKernel(Kernel.LINUX);
        for (int i = 0; i < after; i++) {
            kernel.on(call, new Pass());
        }
        kernel.always(call, new Fail(errno));

        assertThat(put(kernel, WHOLE)).isEqualTo(status);
        assertThat(root.resolve("old.txt")).hasContent(OLD);
        assertThat(Uploaded.temporaries(root)).isEmpty();
    }

    /** The old file vanishes before the condition is checked, and another appears after it. */
    private ScriptedKernel raced(Step rename) {
        Path file = root.resolve("old.txt");
        return new ScriptedKernel(Kernel.LINUX)
                .on(Call.FSYNC, new Before(() -> unchecked(() -> Files.delete(file)), new Pass()))
                .on(
                        Call.RENAME,
                        new Before(
                                () -> unchecked(() -> Files.writeString(file, "another's")),
                                rename));
    }

    @Test
    void aFileThatAppearsAfterTheConditionWasCheckedIsNotReplaced() throws IOException {
        assertThat(put(raced(new Pass()), "If-None-Match: \"x\"")).isEqualTo(412);
        assertThat(root.resolve("old.txt")).hasContent("another's");
        assertThat(Uploaded.temporaries(root)).isEmpty();
    }

    /** Without a condition nobody asked to keep it. */
    @Test
    void withoutAConditionTheLastFileStays() throws IOException {
        assertThat(put(raced(new Pass()), WHOLE)).isEqualTo(201);
        assertThat(Files.readAllBytes(root.resolve("old.txt"))).isEqualTo(CONTENT);
    }

    /** NFS, for example: rename(2), EINVAL. */
    @Test
    void whereTheFileSystemCannotRefuseToReplaceTheEarlierCheckMustDo() throws IOException {
        assertThat(put(raced(new Fail(Errno.EINVAL)), "If-None-Match: \"x\"")).isEqualTo(201);
        assertThat(Files.readAllBytes(root.resolve("old.txt"))).isEqualTo(CONTENT);
    }

    private interface FileAction {
        void run() throws IOException;
    }

    private static void unchecked(FileAction action) {
        try {
            action.run();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** First the upload's state is synced, then the names of both files, then what has come. */
    @ParameterizedTest
    @CsvSource({"0,5,500", "1,5,500", "2,5,500", "2,28,507"})
    void anUploadWhoseSyncFailsIsNotGoneOnWith(int after, int errno, int status)
            throws IOException {
        ScriptedKernel kernel = new ScriptedKernel(Kernel.LINUX);
        for (int i = 0; i < after; i++) {
            kernel.on(Call.FSYNC, new Pass());
        }
        kernel.on(Call.FSYNC, new Fail(errno));

        assertThat(put(kernel, "Upload-Complete: ?0")).isEqualTo(status);
        assertThat(Uploaded.temporaries(root)).isEmpty();
    }

    /** Or a crash could take a file away whose offset was told. */
    @Test
    void theNamesOfAnUploadAreSyncedBeforeItBegins() throws IOException {
        List<Path> synced = new ArrayList<>();
        InvocationHandler watch = (_, method, arguments) -> {
            if (method.getName().equals("fsync")) {
                synced.add(Path.of("/proc/self/fd/" + arguments[0]).toRealPath());
            }
            return method.invoke(Kernel.LINUX, arguments);
        };
        Class<Kernel> kernel = Kernel.class;
        Object watched =
                Proxy.newProxyInstance(kernel.getClassLoader(), new Class<?>[] {kernel}, watch);

        assertThat(put(kernel.cast(watched), "Upload-Complete: ?0")).isEqualTo(201);
        Path directory = root.toRealPath().resolve(".sluice-uploads");
        assertThat(synced).hasSize(3);
        assertThat(synced.get(0).getParent()).isEqualTo(directory);
        assertThat(synced.get(1)).isEqualTo(directory);
        assertThat(synced.get(2).getParent()).isEqualTo(directory);
    }

    @Test
    void shortAndInterruptedWritesAreGoneOnWith() throws IOException {
        ScriptedKernel kernel = new ScriptedKernel(Kernel.LINUX)
                .on(Call.PWRITE, new AtMost(1), new Fail(Errno.EINTR), new AtMost(4_097))
                .always(Call.PWRITE, new AtMost(10_001));

        assertThat(put(kernel, WHOLE)).isEqualTo(204);
        assertThat(Files.readAllBytes(root.resolve("old.txt"))).isEqualTo(CONTENT);
    }

    @ParameterizedTest
    @MethodSource("sluice.server.testing.Setup#models")
    void aFullDiskIsSaidAndTheOldFileStays(Setup setup, @TempDir Path place) throws Exception {
        Path disk = Files.createDirectory(place.resolve("disk"));
        assumeTrue(
                run("mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", disk.toString()) == 0,
                "a small disk cannot be mounted here");
        try {
            Files.writeString(disk.resolve("old.txt"), OLD);
            byte[] tooMuch = Tree.random(2_000_000);
            try (FileServer server =
                    setup.serving(disk).uploads(Uploads.defaults()).build().start()) {
                try (RawClient client = RawClient.of(server)) {
                    client.send(request("PUT", "/old.txt", "Content-Length: 2000000"));
                    assertThat(client.read().status()).isEqualTo(507);
                }
                try (RawClient client = RawClient.of(server)) {
                    client.send(request("PUT", "/old.txt", "Transfer-Encoding: chunked")
                                    + "1e8480\r\n")
                            .send(tooMuch);
                    assertThat(client.read().status()).isEqualTo(507);
                }
                Await.equal("connections", server::connections, 0);
            }
            assertThat(disk.resolve("old.txt")).hasContent(OLD);
            assertThat(Uploaded.temporaries(disk)).isEmpty();
        } finally {
            assertThat(run("umount", disk.toString())).isZero();
        }
    }

    private static int run(String... command) throws IOException, InterruptedException {
        return new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start()
                .waitFor();
    }

    @Test
    void aLongBodyNeverEntersUserSpaceWhereTheLoopLeavesItInTheSocket() throws Exception {
        byte[] large = Tree.random(5_000_000);
        try (FileServer server = Setup.PLAIN
                        .serving(root)
                        .uploads(Uploads.defaults())
                        .build()
                        .start();
                RawClient client = RawClient.of(server)) {
            client.send(request(
                    "PUT", "/new.bin", "Content-Length: " + large.length, "Expect: 100-continue"));
            assertThat(client.reader().readHead().status()).isEqualTo(100);
            assertThat(client.send(large).read().status()).isEqualTo(201);

            long spliced = server.count(Counter.BYTES_SPLICED);
            assertThat(server.count(Counter.BYTES_TO_FILES)).isEqualTo(large.length);
            assertThat(spliced).isGreaterThan(large.length * 9L / 10);
        }
        assertThat(Files.readAllBytes(root.resolve("new.bin"))).isEqualTo(large);
    }

    /** A worker receives, and the socket is another thread's. */
    @Test
    void withWorkersALongBodyArrivesByTheBuffer() throws Exception {
        byte[] large = Tree.random(5_000_000);
        Setup workers = new Setup(Setup.PLAIN.cell(), Reactor.WORKERS);
        try (FileServer server = workers.serving(root)
                        .uploads(Uploads.defaults())
                        .build()
                        .start();
                RawClient client = RawClient.of(server)) {
            client.send(request("PUT", "/new.bin", "Content-Length: " + large.length));
            assertThat(client.send(large).read().status()).isEqualTo(201);

            assertThat(server.count(Counter.BYTES_TO_FILES)).isEqualTo(large.length);
            assertThat(server.count(Counter.BYTES_SPLICED)).isZero();
        }
        assertThat(Files.readAllBytes(root.resolve("new.bin"))).isEqualTo(large);
    }
}
