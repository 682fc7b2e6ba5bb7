package sluice.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import sluice.linux.Errno;
import sluice.linux.FileCalls;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.FutureTask;

/**
 * A program that enters the sandbox of a server, and then tries to get out. Its arguments: the
 * directory that it serves, a file outside, and a port where somebody listens.
 */
final class Confined {
    private Confined() {}

    public static void main(String[] arguments) throws Exception {
        Path root = Path.of(arguments[0]);
        Path outside = Path.of(arguments[1]);
        if (!Sandbox.isInside()) {
            new Sandbox().read(root).enter(null);
        }
        System.out.println("Sluice serving " + root + " at http://localhost:" + arguments[2]);
        System.out.println("holds " + Sandbox.holds());
        tell("inside", () -> Files.readString(root.resolve("file")));
        tell("main thread", () -> Files.readString(outside));
        tell("new thread", () -> onThread(() -> Files.readString(outside)));
        tell(
                "pool",
                () -> ForkJoinPool.commonPool()
                        .submit(() -> Files.readString(outside))
                        .get());
        tell("system call", () -> {
            int opened = FileCalls.open(outside, FileCalls.O_RDONLY, 0);
            return opened == -Errno.EACCES ? "refused" : "opened";
        });
        tell("link", () -> Files.readString(root.resolve("link")));
        tell("descriptor", () -> Files.readString(Path.of("/proc/self/root" + outside)));
        tell("list", () -> Files.list(outside.getParent()).toList().toString());
        tell("write inside", () -> Files.writeString(root.resolve("new"), "new").toString());
        tell("write outside", () -> Files.writeString(outside, "new").toString());
        tell("program", () -> {
            Process cat = new ProcessBuilder("/bin/cat", outside.toString()).start();
            return new String(cat.getInputStream().readAllBytes(), UTF_8) + cat.waitFor();
        });
        tell("connect", () -> {
            try (Socket socket = new Socket()) {
                socket.connect(new InetSocketAddress("127.0.0.1", Integer.parseInt(arguments[2])));
                return "connected";
            }
        });
        System.out.println("end");
    }

    private static String onThread(Callable<String> call) throws Exception {
        FutureTask<String> task = new FutureTask<>(call);
        Thread.ofPlatform().start(task);
        return task.get();
    }

    private static void tell(String what, Callable<String> call) {
        List<String> words = new ArrayList<>();
        words.add(what);
        try {
            words.add(call.call());
        } catch (IOException e) {
            words.add("refused");
        } catch (ExecutionException e) {
            words.add(e.getCause() instanceof IOException ? "refused" : e.toString());
        } catch (Exception e) {
            words.add(e.toString());
        }
        System.out.println(String.join(": ", words));
    }
}
