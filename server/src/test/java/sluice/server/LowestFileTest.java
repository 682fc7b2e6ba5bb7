package sluice.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import sluice.io.Counter;
import sluice.io.LinuxFile;
import sluice.io.Machinery;
import sluice.io.Model;
import sluice.io.Reactor;
import sluice.linux.Linux;
import sluice.linux.ProcessCalls;
import sluice.server.root.DocumentRoot;
import sluice.server.root.Opened;
import sluice.server.testing.Await;
import sluice.server.testing.LogWatch;
import sluice.server.testing.RawClient;

import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** select(2) can watch few descriptors: files leave them to sockets, and who gets none is told. */
final class LowestFileTest {
    private static void assumeRoomAbove(int descriptors) {
        assumeTrue(Linux.available(), Linux::unavailableReason);
        ProcessCalls.raiseDescriptorLimit();
        ProcessCalls.DescriptorLimit limit = ProcessCalls.descriptorLimit();
        assumeTrue(
                limit != null && (limit.soft() < 0 || limit.soft() > descriptors),
                "this process may not have " + descriptors + " descriptors");
    }

    @Test
    void filesGetHighDescriptors(@TempDir Path directory) throws IOException {
        int lowest = Model.SELECT.lowestFile();
        assumeRoomAbove(lowest + 100);
        Files.writeString(directory.resolve("file"), "hello");
        byte[] name = "file".getBytes(StandardCharsets.US_ASCII);
        try (DocumentRoot root = DocumentRoot.open(directory, SymlinkPolicy.INSIDE, lowest)) {
            assertThat(root.open(name, name.length, false))
                    .isInstanceOfSatisfying(Opened.Found.class, found -> {
                        LinuxFile file = (LinuxFile) found.file();
                        assertThat(file.descriptor()).isGreaterThanOrEqualTo(lowest);
                        file.close();
                    });
        }
    }

    @Test
    void connectionsBeyondWhatSelectCanWatchAreRefusedAndTheOthersServedOn(@TempDir Path directory)
            throws Exception {
        assumeRoomAbove(4_000);
        Files.writeString(directory.resolve("file"), "hello");
        List<Socket> others = new ArrayList<>();
        Sluice.Builder builder = Sluice.builder()
                .root(directory)
                .port(0)
                .allowHost(RawClient.HOST)
                .machinery(
                        Machinery.defaults().withModel(Model.SELECT).withReactor(Reactor.SINGLE));
        try (FileServer server = builder.build().start();
                RawClient first = RawClient.of(server);
                LogWatch log = new LogWatch()) {
            assertThat(first.get("/file").text()).isEqualTo("hello");
            // Each takes two descriptors of this process, which is the client as well.
            for (int i = 0; i < 600; i++) {
                others.add(new Socket("127.0.0.1", server.port()));
            }
            Await.until("a refusal", () -> server.count(Counter.BEYOND_SELECT) > 0);
            assertThat(first.get("/file").text()).isEqualTo("hello");
            assertThat(log.lines())
                    .singleElement()
                    .asString()
                    .contains("select(2) cannot watch descriptor ");
        } finally {
            for (Socket other : others) {
                other.close();
            }
        }
    }
}
