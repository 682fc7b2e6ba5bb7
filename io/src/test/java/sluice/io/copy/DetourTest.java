package sluice.io.copy;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import sluice.io.Block;
import sluice.io.Cell;
import sluice.io.CopyMode;
import sluice.io.CopyPath;
import sluice.io.Counter;
import sluice.io.Counters;
import sluice.io.LinuxFile;
import sluice.io.Model;
import sluice.io.socket.RawSocket;
import sluice.io.testing.Logs;
import sluice.linux.Errno;
import sluice.linux.FileCalls;
import sluice.linux.Kernel;
import sluice.linux.testing.ScriptedKernel;
import sluice.linux.testing.ScriptedKernel.Answer;
import sluice.linux.testing.ScriptedKernel.Call;
import sluice.linux.testing.ScriptedKernel.Fail;
import sluice.linux.testing.ScriptedKernel.Pass;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Files;
import java.nio.file.Path;

/** What happens to a file when the kernel refuses the chosen copy path for it. */
class DetourTest {
    private static final int SOCKET = 1001;
    private static final long LENGTH = 100;

    @TempDir
    Path folder;

    private final ScriptedKernel kernel = new ScriptedKernel(Kernel.LINUX);
    private final Arena arena = Arena.ofConfined();
    private final RawSocket socket = new RawSocket(SOCKET, kernel);
    private final Counters counters = new Counters();
    private final LinuxFile file = new LinuxFile(1002, kernel);

    @BeforeEach
    void answerReadAndSend() {
        Logs.take();
        kernel.always(Call.STATX, new Answer(0));
        kernel.always(Call.PREAD, new Answer(LENGTH)).always(Call.SEND, new Answer(LENGTH));
    }

    @AfterEach
    void freeMemory() {
        Logs.take();
        arena.close();
    }

    private Detour around(CopyMode mode, CopyPath chosen) {
        return new Detour(
                new Cell(Model.EPOLL, mode),
                chosen,
                () -> new DirectCopy(new Block(arena), counters));
    }

    private Detour sendfile() {
        return around(CopyMode.SENDFILE, new Sendfile(counters));
    }

    private long send(CopyPath path, LinuxFile from) {
        return path.send(socket, from, 0, LENGTH, false);
    }

    @ParameterizedTest
    @ValueSource(ints = {Errno.EINVAL, Errno.ENOSYS, Errno.EOPNOTSUPP, Errno.EPERM})
    void aFileThatSendfileRefusesGoesByReadAndSend(int error) {
        kernel.always(Call.SENDFILE, new Fail(error));
        assertThat(send(sendfile(), file)).isEqualTo(LENGTH);
        assertThat(counters.get(Counter.COPY_FALLBACKS)).isOne();
        assertThat(file.refuses(CopyMode.SENDFILE)).isTrue();
        assertThat(file.refuses(CopyMode.SPLICE)).isFalse();
    }

    @Test
    void aFileSystemIsAskedOnceAndToldOnce() {
        kernel.always(Call.SENDFILE, new Fail(Errno.EINVAL));
        send(sendfile(), file);
        send(sendfile(), file);
        assertThat(send(sendfile(), new LinuxFile(1003, kernel))).isEqualTo(LENGTH);
        assertThat(kernel.invocations(Call.SENDFILE)).hasSize(1);
        assertThat(counters.get(Counter.COPY_FALLBACKS)).isEqualTo(3);
        assertThat(Logs.take())
                .singleElement()
                .asString()
                .startsWith("copy path sendfile does not work on file system ")
                .contains("EINVAL", "read and send");
    }

    @Test
    void aBrokenOrFullSocketIsNoRefusal() {
        kernel.on(Call.SENDFILE, new Fail(Errno.EPIPE), new Fail(Errno.EAGAIN), new Answer(7));
        assertThat(send(sendfile(), file)).isEqualTo(-Errno.EPIPE);
        assertThat(send(sendfile(), file)).isEqualTo(-Errno.EAGAIN);
        assertThat(send(sendfile(), file)).isEqualTo(7);
        assertThat(kernel.invocations(Call.PREAD)).isEmpty();
        assertThat(file.refuses(CopyMode.SENDFILE)).isFalse();
    }

    @ParameterizedTest
    @ValueSource(ints = {Errno.ENODEV, Errno.EACCES, Errno.EINVAL})
    void aFileThatCannotBeMappedGoesByReadAndSend(int error) throws IOException {
        Path path = Files.write(folder.resolve("file"), new byte[(int) LENGTH]);
        int flags = FileCalls.O_RDONLY | FileCalls.O_CLOEXEC;
        int descriptor = FileCalls.open(path.toString(), flags, 0);
        kernel.always(Call.STATX, new Pass()).always(Call.MAP, new Fail(error));
        LinuxFile real = new LinuxFile(descriptor, kernel);
        assertThat(send(around(CopyMode.MMAP, new MmapCopy(kernel, counters)), real))
                .isEqualTo(LENGTH);
        assertThat(real.refuses(CopyMode.MMAP)).isTrue();
        real.close();
    }

    @Test
    void aFileThatCannotBeSplicedGoesByReadAndSend() {
        Splice splice = new Splice(kernel, counters);
        kernel.always(Call.SPLICE_FROM, new Fail(Errno.EINVAL));
        assertThat(send(around(CopyMode.SPLICE, splice), file)).isEqualTo(LENGTH);
        assertThat(splice.inUse()).isZero();
        splice.close();
    }

    @Test
    void bytesInAPipeThatTheSocketRefusesAreReadAgain() {
        Splice splice = new Splice(kernel, counters);
        kernel.always(Call.SPLICE_FROM, new Answer(LENGTH));
        kernel.always(Call.SPLICE, new Fail(Errno.EINVAL));
        assertThat(send(around(CopyMode.SPLICE, splice), file)).isEqualTo(LENGTH);
        assertThat(kernel.invocations(Call.PREAD)).hasSize(1);
        assertThat(socket.pendingCopy()).as("the pipe with the bytes").isNull();
        assertThat(splice.inUse()).isZero();
        splice.close();
    }

    @Test
    void aSmallRegionIsCopiedWhereTheUserChoseNoPath() {
        Detour chosen = sendfile();
        Detour auto = around(CopyMode.AUTO, new Sendfile(counters));
        kernel.on(Call.SENDFILE, new Answer(7));
        assertThat(auto.sendSmall(socket, file, 0, LENGTH, false)).isEqualTo(LENGTH);
        assertThat(chosen.sendSmall(socket, file, 0, LENGTH, false)).isEqualTo(7);
        assertThat(counters.get(Counter.COPY_FALLBACKS)).isZero();
    }
}
