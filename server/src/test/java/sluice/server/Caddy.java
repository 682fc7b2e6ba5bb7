package sluice.server;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** A Caddy of our own, on loopback; all of its files are in a directory of the test. */
final class Caddy {
    private Caddy() {}

    static @Nullable Path find() {
        return PeerServer.find("caddy");
    }

    /** What a command of the program prints. */
    static String said(Path program, String... command) throws IOException {
        String[] all = new String[command.length + 1];
        all[0] = program.toString();
        System.arraycopy(command, 0, all, 1, command.length);
        Process asked = new ProcessBuilder(all).start();
        return new String(asked.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
    }

    /** Serves a directory with directives of its one site; its own files go to another. */
    static PeerServer start(Path program, Path root, Path own, String directives) throws Exception {
        int port = PeerServer.freePort();
        Path settings =
                Files.writeString(own.resolve("Caddyfile"), settings(root, own, port, directives));
        ProcessBuilder builder = new ProcessBuilder(
                program.toString(),
                "run",
                "--adapter",
                "caddyfile",
                "--config",
                settings.toString());
        for (String folder : new String[] {"HOME", "XDG_DATA_HOME", "XDG_CONFIG_HOME"}) {
            builder.environment().put(folder, own.toString());
        }
        return PeerServer.start(builder, port, own.resolve("output.log"));
    }

    private static String settings(Path root, Path own, int port, String directives) {
        return """
            {
                admin off
                auto_https off
                storage file_system %1$s
            }
            http://:%2$d {
                bind 127.0.0.1
                root * %3$s
                %4$s
            }
            """.formatted(own, port, root, directives);
    }
}
