package sluice.server.upload;

import static org.assertj.core.api.Assertions.assertThat;

import static sluice.server.testing.RawClient.request;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import sluice.http.RequestBody;
import sluice.http.RequestHead;
import sluice.io.Block;
import sluice.io.Connection;
import sluice.io.Protocol;
import sluice.io.SendQueue;
import sluice.io.Work;
import sluice.io.testing.Rehearsal;
import sluice.linux.Kernel;
import sluice.server.response.InformationalResponse;
import sluice.server.response.Response;
import sluice.server.root.LinuxRoot;
import sluice.server.root.Roots;
import sluice.server.testing.Descriptors;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/** A step of a worker that throws is answered 500, and holds nothing any more. */
final class ThrowingStepTest {
    private static final int LENGTH = 200_000;

    @TempDir
    private Path root;

    /** Throws at a call of this name, after some that pass. */
    private static Kernel throwing(String name, int after) {
        AtomicInteger calls = new AtomicInteger();
        InvocationHandler handler = (_, method, arguments) -> {
            if (method.getName().equals(name) && calls.getAndIncrement() == after) {
                throw new IllegalStateException("planted");
            }
            return method.invoke(Kernel.LINUX, arguments);
        };
        Class<Kernel> kernel = Kernel.class;
        return kernel.cast(
                Proxy.newProxyInstance(kernel.getClassLoader(), new Class<?>[] {kernel}, handler));
    }

    /** Receives one upload. */
    private static final class Receiving implements Protocol, UploadReceiver.Owner {
        private final UploadStore store;
        private final byte[] head;
        private @Nullable UploadReceiver receiver;
        private @Nullable Response answer;

        Receiving(UploadStore store, byte[] head) {
            this.store = store;
            this.head = head;
        }

        @Override
        public void opened(Connection connection) {
            RequestHead parsed = new RequestHead();
            parsed.parse(MemorySegment.ofArray(head), 0, head.length);
            RequestBody body = new RequestBody();
            body.begin(parsed);
            UploadReceiver begun = new UploadReceiver(
                    store,
                    new ConnectionLine(connection),
                    this,
                    new UploadReceiver.Incoming(body, parsed.chunked(), true, false));
            receiver = begun;
            begun.begin(UploadRequest.parse(head));
        }

        /** As a loop does: what throws is logged, and the connection goes on. */
        @Override
        public void offload(Work kind, Runnable work, Runnable then) {
            try {
                work.run();
            } catch (IllegalStateException planted) {
                assertThat(planted).hasMessage("planted");
            }
            then.run();
        }

        @Override
        public int received(Block bytes, int from, int to) {
            return answer == null && receiver != null ? receiver.take(bytes, from, to) : to - from;
        }

        @Override
        public void inform(List<InformationalResponse> responses) {}

        @Override
        public void answered(Response response, boolean intact) {
            answer = response;
        }

        @Override
        public void produce(SendQueue queue) {}

        @Override
        public boolean hasOutput() {
            return false;
        }

        @Override
        public boolean wantsInput() {
            return true;
        }

        @Override
        public long inputDeadline() {
            return Long.MAX_VALUE;
        }

        @Override
        public void closed() {}
    }

    /** While it begins, writes, or finishes; what can be resumed keeps what was written. */
    @ParameterizedTest
    @CsvSource({
        "fsync,0,Upload-Complete: ?0,0",
        "pwrite,0,Upload-Complete: ?0,0",
        "pwrite,0,Pragma: none,0",
        "pwrite,2,Pragma: none,0",
        "pwrite,2,Upload-Complete: ?0,2",
        "fsync,0,Pragma: none,0",
        "fsync,2,Upload-Complete: ?0,2"
    })
    void itsFileItsLockAndItsSlotAreGivenBack(String call, int after, String line, int files)
            throws IOException {
        try (LinuxRoot linux = Roots.linux(root)) {
            UploadSlots slots = new UploadSlots(10);
            UploadStore store = Uploaded.store(linux, root, slots, throwing(call, after));
            int before = Descriptors.canBeCounted() ? Descriptors.below(root) : 0;
            byte[] head = request("PUT", "/new.bin", "Content-Length: " + LENGTH, line)
                    .getBytes(ISO_8859_1);
            Receiving protocol = new Receiving(store, head);
            try (Rehearsal connection = new Rehearsal(_ -> () -> protocol)) {
                connection.receive(new byte[LENGTH]);
                assertThat(protocol.answer).isNotNull();
                assertThat(protocol.answer.status()).isEqualTo(500);
                assertThat(slots.taken()).isZero();
                assertThat(store.receiving()).isZero();
                if (Descriptors.canBeCounted()) {
                    assertThat(Descriptors.below(root)).isEqualTo(before);
                }
            }
        }
        assertThat(Uploaded.temporaries(root)).hasSize(files);
    }
}
