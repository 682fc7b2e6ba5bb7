package sluice.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import static sluice.server.testing.RawClient.request;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import sluice.http.Method;
import sluice.io.CopyMode;
import sluice.io.Listen;
import sluice.server.testing.Await;
import sluice.server.testing.Descriptors;
import sluice.server.testing.RawClient;
import sluice.server.testing.ResponseReader;
import sluice.server.testing.Setup;
import sluice.server.testing.Tree;
import sluice.server.upload.Uploaded;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;

/** Several listeners, several sites, and sites that are replaced while they are used. */
final class SitesTest {
    private static final InetSocketAddress ANY =
            new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    private static final int MORE_THAN_SOCKETS_TAKE = 12 << 20;
    private static final int CLIENTS = 4;
    private static final int REPLACEMENTS = 50;
    private static final int HALF = 200_000;

    @TempDir
    private Path red;

    @TempDir
    private Path blue;

    /** Every model, and every design under one. */
    static Stream<Setup> setups() {
        return Setup.all().filter(setup -> setup.cell().copy() == CopyMode.AUTO);
    }

    @BeforeEach
    void plant() throws IOException {
        Files.writeString(red.resolve("color"), "red");
        Files.writeString(blue.resolve("color"), "blue");
        Files.createDirectory(red.resolve("list-red"));
        Files.createDirectory(blue.resolve("list-blue"));
    }

    private static byte[] plantLarge(Path root, int first) throws IOException {
        byte[] content = Tree.random(MORE_THAN_SOCKETS_TAKE);
        Arrays.fill(content, 0, HALF, (byte) first);
        Arrays.fill(content, content.length - HALF, content.length, (byte) first);
        Files.write(root.resolve("large"), content);
        return content;
    }

    private static String ask(FileServer server, int listener, String host) throws IOException {
        InetSocketAddress address = (InetSocketAddress) server.addresses().get(listener);
        try (Socket socket = new Socket(address.getAddress(), address.getPort())) {
            String head = "GET /color HTTP/1.1\r\nHost: " + host + "\r\n\r\n";
            socket.getOutputStream().write(head.getBytes(ISO_8859_1));
            return new ResponseReader(socket.getInputStream()).read(Method.GET).text();
        }
    }

    private static void awaitNoneOpenBelow(Path root) throws Exception {
        Await.equal("descriptors below " + root, () -> Descriptors.below(root), 0);
    }

    @ParameterizedTest
    @MethodSource("setups")
    void listenersServeDifferentThingsAndSitesGoByHost(Setup setup) throws Exception {
        Sluice sluice = setup.serving(red)
                .listen("127.0.0.1", 0)
                .listen(new Listen(ANY, EchoProtocol.service()))
                .site("Blue.Example", ServedFiles.in(blue))
                .allowHost("red.example")
                .build();
        try (FileServer server = sluice.start()) {
            for (int listener = 0; listener < 2; listener++) {
                assertThat(ask(server, listener, "127.0.0.1")).isEqualTo("red");
                assertThat(ask(server, listener, "blue.example")).isEqualTo("blue");
                assertThat(ask(server, listener, "BLUE.example:8000")).isEqualTo("blue");
                assertThat(ask(server, listener, "red.example")).isEqualTo("red");
            }
            InetSocketAddress echoing = (InetSocketAddress) server.addresses().get(2);
            try (Socket socket = new Socket(echoing.getAddress(), echoing.getPort())) {
                for (String text : List.of("GET / HTTP/1.1\r\n\r\n", "no HTTP at all")) {
                    socket.getOutputStream().write(text.getBytes(UTF_8));
                    byte[] back = socket.getInputStream().readNBytes(text.length());
                    assertThat(back).asString(UTF_8).isEqualTo(text);
                }
            }
        }
        assertThat(Descriptors.below(red) + Descriptors.below(blue)).isZero();
    }

    @Test
    void requestsOnOneConnectionMayNameDifferentSites() throws Exception {
        try (FileServer server = Setup.PLAIN
                        .serving(red)
                        .site("blue", ServedFiles.in(blue))
                        .build()
                        .start();
                RawClient client = RawClient.of(server)) {
            String blueHead = "GET /color HTTP/1.1\r\nHost: blue\r\n\r\n";
            String list = "GET / HTTP/1.1\r\nHost: blue\r\n\r\n";
            client.send(request("GET", "/color") + blueHead + list + request("GET", "/"));
            assertThat(client.read().text()).isEqualTo("red");
            assertThat(client.read().text()).isEqualTo("blue");
            assertThat(client.read().text()).contains("list-blue").doesNotContain("list-red");
            assertThat(client.read().text()).contains("list-red").doesNotContain("list-blue");
        }
    }

    @ParameterizedTest
    @MethodSource("setups")
    void aDownloadEndsWithTheSiteItBeganWith(Setup setup) throws Exception {
        assumeTrue(Descriptors.canBeCounted(), "no /proc to count descriptors in");
        byte[] redLarge = plantLarge(red, 1);
        byte[] blueLarge = plantLarge(blue, 2);
        try (FileServer server = setup.serving(red).build().start();
                RawClient before = RawClient.slow(server)) {
            before.send(request("GET", "/large"));
            before.reader().readHead();
            server.replace(ServedFiles.in(blue));

            assertThat(RawClient.get(server, "/color").text()).isEqualTo("blue");
            assertThat(RawClient.get(server, "/large").body()).isEqualTo(blueLarge);
            assertThat(Descriptors.below(red)).as("what is being sent").isPositive();
            assertThat(before.reader().readBody(redLarge.length)).isEqualTo(redLarge);
            awaitNoneOpenBelow(red);
            assertThat(before.get("/color").text()).as("the next request").isEqualTo("blue");
        }
        assertThat(Descriptors.below(blue)).isZero();
    }

    @ParameterizedTest
    @MethodSource("setups")
    void whoeverAsksWhileASiteIsReplacedGetsAllOfOneOrOfTheOther(Setup setup) throws Exception {
        assumeTrue(Descriptors.canBeCounted(), "no /proc to count descriptors in");
        AtomicBoolean over = new AtomicBoolean();
        try (FileServer server = setup.serving(red).build().start();
                ExecutorService threads = Executors.newFixedThreadPool(CLIENTS)) {
            Callable<Boolean> asking = () -> {
                try (RawClient client = RawClient.of(server)) {
                    boolean right = true;
                    while (right && !over.get()) {
                        String color = client.get("/color").text();
                        String list = client.get("/").text();
                        right = (color.equals("red") || color.equals("blue"))
                                && list.contains("list-red") != list.contains("list-blue");
                    }
                    return right;
                }
            };
            List<Future<Boolean>> clients = new ArrayList<>();
            for (int i = 0; i < CLIENTS; i++) {
                clients.add(threads.submit(asking));
            }
            for (int i = 1; i <= REPLACEMENTS; i++) {
                server.replace(ServedFiles.in(i % 2 == 0 ? red : blue));
                assertThat(RawClient.get(server, "/color").text())
                        .isEqualTo(i % 2 == 0 ? "red" : "blue");
            }
            over.set(true);
            for (Future<Boolean> client : clients) {
                assertThat(client.get()).isTrue();
            }
            awaitNoneOpenBelow(blue);
        }
        assertThat(Descriptors.below(red)).isZero();
    }

    @Test
    void anUploadEndsWhereItBegan() throws Exception {
        assumeTrue(Descriptors.canBeCounted(), "no /proc to count descriptors in");
        byte[] content = Tree.random(2 * HALF);
        ServedFiles writable = ServedFiles.in(red).withUploads(Uploads.defaults());
        try (FileServer server =
                        Setup.PLAIN.serving(red).files(writable).build().start();
                RawClient client = RawClient.of(server)) {
            client.send(request("PUT", "/new", "Content-Length: " + content.length));
            client.send(Arrays.copyOf(content, HALF));
            Await.until(
                    "a file that is being received",
                    () -> !Uploaded.temporaries(red).isEmpty());
            server.replace(ServedFiles.in(blue));
            client.send(Arrays.copyOfRange(content, HALF, content.length));
            assertThat(client.read(Method.PUT).status()).isEqualTo(201);
            assertThat(Files.readAllBytes(red.resolve("new"))).isEqualTo(content);
            awaitNoneOpenBelow(red);
            assertThat(client.get("/new").status()).isEqualTo(404);
        }
    }

    @Test
    void aSiteCanBeAddedAndReplacedByItsHost() throws Exception {
        try (FileServer server = Setup.PLAIN.serving(red).allowHost("*").build().start()) {
            assertThat(ask(server, 0, "blue")).isEqualTo("red");
            server.replace("blue", ServedFiles.in(blue));
            assertThat(ask(server, 0, "BLUE")).isEqualTo("blue");
            assertThat(ask(server, 0, "other")).isEqualTo("red");
            server.replace("Blue", ServedFiles.in(red));
            assertThat(ask(server, 0, "blue")).isEqualTo("red");
            awaitNoneOpenBelow(blue);
        }
    }

    @Test
    void allSitesAndTheAllowedHostsAreReplacedInOneStep() throws Exception {
        assumeTrue(Descriptors.canBeCounted(), "no /proc to count descriptors in");
        ServedFiles reds = ServedFiles.in(red);
        ServedFiles blues = ServedFiles.in(blue);
        try (FileServer server =
                Setup.PLAIN.serving(red).site("old", blues).build().start()) {
            assertThat(ask(server, 0, "old")).isEqualTo("blue");
            server.replaceAll(reds, Map.of("new", blues), Set.of("allowed"));
            assertThat(ask(server, 0, "New")).isEqualTo("blue");
            assertThat(ask(server, 0, "allowed")).isEqualTo("red");
            assertThat(ask(server, 0, "old")).as("a host that is neither").doesNotContain("blue");
            server.replaceAll(reds, Map.of(), Set.of());
            assertThat(ask(server, 0, "allowed")).isNotEqualTo("red");
            awaitNoneOpenBelow(blue);
            assertThat(ask(server, 0, "localhost")).isEqualTo("red");
        }
    }

    @Test
    void ofSeveralSitesNoneIsReplacedIfOneCannotBeOpened() throws Exception {
        assumeTrue(Descriptors.canBeCounted(), "no /proc to count descriptors in");
        try (FileServer server = Setup.PLAIN.serving(red).build().start()) {
            ServedFiles nothing = ServedFiles.in(red.resolve("nothing"));
            assertThatThrownBy(() -> server.replaceAll(
                            ServedFiles.in(blue), Map.of("blue", nothing), Set.of()))
                    .isInstanceOf(NoSuchFileException.class);
            assertThat(ask(server, 0, "localhost")).isEqualTo("red");
            awaitNoneOpenBelow(blue);
        }
    }

    @Test
    void whatCannotBeOpenedReplacesNothing() throws Exception {
        try (FileServer server = Setup.PLAIN.serving(red).build().start()) {
            assertThatThrownBy(() -> server.replace(ServedFiles.in(red.resolve("nothing"))))
                    .isInstanceOf(NoSuchFileException.class);
            assertThatThrownBy(() -> server.replace("blue:80", ServedFiles.in(blue)))
                    .isInstanceOf(IllegalArgumentException.class);
            assertThat(RawClient.get(server, "/color").text()).isEqualTo("red");
        }
        assertThat(Descriptors.below(red) + Descriptors.below(blue)).isZero();
    }

    @Test
    void aServerThatIsClosedOpensNothing() throws Exception {
        FileServer server = Setup.PLAIN.serving(red).build().start();
        server.close();
        assertThatThrownBy(() -> server.replace(ServedFiles.in(blue)))
                .isInstanceOf(IllegalStateException.class);
        assertThat(Descriptors.below(blue)).isZero();
    }

    @Test
    void aServerOfWhichOneSiteCannotBeOpenedLeavesNothingOpen() {
        assumeTrue(Descriptors.canBeCounted(), "no /proc to count descriptors in");
        Sluice sluice = Setup.PLAIN
                .serving(red)
                .site("blue", ServedFiles.in(blue.resolve("nothing")))
                .build();
        assertThatThrownBy(sluice::start).isInstanceOf(NoSuchFileException.class);
        assertThat(Descriptors.below(red)).isZero();
    }

    @Test
    void eachSiteSaysForItselfWhetherItExplains() throws Exception {
        try (FileServer server = Setup.PLAIN
                        .serving(red)
                        .site("blue", ServedFiles.in(blue).withExplain(true))
                        .build()
                        .start();
                RawClient client = RawClient.of(server)) {
            assertThat(client.get("/color").has("Sluice-Path")).isFalse();
            client.send("GET /color HTTP/1.1\r\nHost: blue\r\n\r\n");
            assertThat(client.read().has("Sluice-Path")).isTrue();
        }
    }
}
