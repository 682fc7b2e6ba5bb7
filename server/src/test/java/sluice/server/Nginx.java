package sluice.server;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** An nginx of our own: one process on loopback, all of its files in a directory of the test. */
final class Nginx {
    private Nginx() {}

    static @Nullable Path find() {
        return PeerServer.find("nginx");
    }

    /** Like "nginx version: nginx/1.22.1". */
    static String version(Path program) throws IOException {
        Process asked = new ProcessBuilder(program.toString(), "-v")
                .redirectErrorStream(true)
                .start();
        try (var output = asked.inputReader()) {
            return String.valueOf(output.readLine());
        }
    }

    /** Serves a directory; its own files go to another. */
    static PeerServer start(Path program, Path root, Path own) throws Exception {
        return start(program, root, own, "gzip_static on;");
    }

    /** The same with directives of its one server. */
    static PeerServer start(Path program, Path root, Path own, String directives) throws Exception {
        int port = PeerServer.freePort();
        Path settings =
                Files.writeString(own.resolve("nginx.conf"), settings(root, own, port, directives));
        ProcessBuilder command = new ProcessBuilder(
                program.toString(),
                "-p",
                own.toString(),
                "-c",
                settings.toString(),
                "-e",
                own.resolve("error.log").toString());
        return PeerServer.start(command, port, own.resolve("output.log"));
    }

    /** As installed but for where things lie; a whole client is read before the connection ends. */
    private static String settings(Path root, Path own, int port, String directives) {
        return """
            daemon off;
            master_process off;
            pid %1$s/pid;
            error_log %1$s/error.log;
            events { worker_connections 64; }
            http {
                access_log off;
                client_body_temp_path %1$s/body;
                proxy_temp_path %1$s/proxy;
                fastcgi_temp_path %1$s/fastcgi;
                uwsgi_temp_path %1$s/uwsgi;
                scgi_temp_path %1$s/scgi;
                lingering_close always;
                server {
                    listen 127.0.0.1:%2$d;
                    root %3$s;
                    index index.html;
                    autoindex off;
                    %4$s
                }
            }
            """.formatted(own, port, root, directives);
    }
}
