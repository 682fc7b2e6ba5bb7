package sluice.linux.testing;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import sluice.linux.Errno;
import sluice.linux.Kernel;
import sluice.linux.testing.ScriptedKernel.Answer;
import sluice.linux.testing.ScriptedKernel.AtMost;
import sluice.linux.testing.ScriptedKernel.Before;
import sluice.linux.testing.ScriptedKernel.Call;
import sluice.linux.testing.ScriptedKernel.Fail;
import sluice.linux.testing.ScriptedKernel.Invocation;
import sluice.linux.testing.ScriptedKernel.Pass;

import java.util.ArrayList;
import java.util.List;

class ScriptedKernelTest {
    private final FakeKernel fake = new FakeKernel();
    private final ScriptedKernel kernel = new ScriptedKernel(fake);

    @Test
    void passesOnWhatNothingWasSaidAbout() {
        assertThat(kernel.send(3, 0, 10, 0)).isEqualTo(10);
        assertThat(kernel.recv(4, 0, 20, 0)).isEqualTo(20);
        assertThat(kernel.sendfile(5, 6, 0, 30)).isEqualTo(30);
        assertThat(kernel.pread(7, 0, 40, 0)).isEqualTo(40);
        assertThat(kernel.accept4(8, 0)).isEqualTo(9);
        assertThat(kernel.shutdown(8, 1)).isZero();
        assertThat(kernel.statx(8, 0, 0)).isZero();
        assertThat(kernel.close(8)).isZero();
        var all = "send 10, recv 20, sendfile 30, pread 40, accept4, shutdown, statx, close";
        assertThat(String.join(", ", fake.calls)).isEqualTo(all);
    }

    @Test
    void followsTheScriptStepByStepAndThenPassesOn() {
        kernel.on(Call.SEND, new AtMost(3), new Fail(Errno.EAGAIN), new Answer(0), new Pass());
        assertThat(kernel.unused()).isEqualTo(4);
        assertThat(kernel.send(3, 0, 10, 0)).isEqualTo(3);
        assertThat(kernel.send(3, 0, 10, 0)).isEqualTo(-Errno.EAGAIN);
        assertThat(kernel.send(3, 0, 10, 0)).isZero();
        assertThat(kernel.send(3, 0, 10, 0)).isEqualTo(10);
        assertThat(kernel.send(3, 0, 11, 0)).isEqualTo(11);
        assertThat(kernel.unused()).isZero();
        assertThat(fake.calls).containsExactly("send 3", "send 10", "send 11");
    }

    @Test
    void appliesARuleWhenTheScriptHasEnded() {
        kernel.on(Call.RECV, new Fail(Errno.EINTR)).always(Call.RECV, new AtMost(1));
        assertThat(kernel.recv(3, 0, 10, 0)).isEqualTo(-Errno.EINTR);
        assertThat(kernel.recv(3, 0, 10, 0)).isEqualTo(1);
        assertThat(kernel.recv(3, 0, 10, 0)).isEqualTo(1);
    }

    @Test
    void closesEvenWhenTheCloseIsSaidToFail() {
        kernel.on(Call.CLOSE, new Fail(Errno.EIO));
        assertThat(kernel.close(3)).isEqualTo(-Errno.EIO);
        assertThat(fake.calls).containsExactly("close");
    }

    @Test
    void letsSomethingHappenJustBeforeACall() {
        kernel.on(Call.SENDFILE, new Before(() -> fake.calls.add("truncated"), new Pass()));
        assertThat(kernel.sendfile(3, 4, 0, 10)).isEqualTo(10);
        assertThat(fake.calls).containsExactly("truncated", "sendfile 10");
    }

    @Test
    void remembersEveryCallAndItsResult() {
        kernel.on(Call.SEND, new AtMost(3));
        kernel.send(3, 0, 10, 0);
        kernel.shutdown(3, 1);
        var sent = new Invocation(Call.SEND, 3, 10, 3);
        var shutDown = new Invocation(Call.SHUTDOWN, 3, 0, 0);
        assertThat(kernel.invocations()).containsExactly(sent, shutDown);
        assertThat(kernel.invocations(Call.SEND)).hasSize(1);
    }

    private static final class FakeKernel implements Kernel {
        final List<String> calls = new ArrayList<>();

        private long note(String name, long length) {
            calls.add(name + " " + length);
            return length;
        }

        private int note(String name) {
            calls.add(name);
            return 0;
        }

        @Override
        public long recv(int fd, long address, long length, int flags) {
            return note("recv", length);
        }

        @Override
        public long send(int fd, long address, long length, int flags) {
            return note("send", length);
        }

        @Override
        public long sendfile(int out, int in, long offset, long count) {
            return note("sendfile", count);
        }

        @Override
        public long pread(int fd, long address, long length, long offset) {
            return note("pread", length);
        }

        @Override
        public int accept4(int fd, int flags) {
            return note("accept4") + fd + 1;
        }

        @Override
        public int shutdown(int fd, int how) {
            return note("shutdown");
        }

        @Override
        public int close(int fd) {
            return note("close");
        }

        @Override
        public int statx(int fd, int mask, long statx) {
            return note("statx");
        }

        @Override
        public long recvmsg(int fd, long message, int flags) {
            return note("recvmsg");
        }

        @Override
        public long spliceFrom(int file, long offset, int pipe, long length, int flags) {
            return note("spliceFrom", length);
        }

        @Override
        public long splice(int in, int out, long length, int flags) {
            return note("splice", length);
        }

        @Override
        public long map(int fd, long offset, long length) {
            return note("map", length);
        }

        @Override
        public int unmap(long address, long length) {
            return note("unmap");
        }

        @Override
        public int byteWithoutWaiting(int fd, long offset) {
            return note("byteWithoutWaiting");
        }

        @Override
        public int readWithoutWaiting(int fd, long address, int length, long offset) {
            return note("readWithoutWaiting");
        }

        @Override
        public long cachedPages(int fd, long offset, long length) {
            return note("cachedPages", length);
        }

        @Override
        public long pwrite(int fd, long address, long length, long offset) {
            return note("pwrite", length);
        }

        @Override
        public long spliceTo(int pipe, int file, long offset, long length, int flags) {
            return note("spliceTo", length);
        }

        @Override
        public int fsync(int fd) {
            return (int) note("fsync", 0);
        }

        @Override
        public int rename(int fromDir, long from, int toDir, long to, int flags) {
            return note("rename");
        }
    }
}
