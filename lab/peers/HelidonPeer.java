import io.helidon.webserver.WebServer;
import io.helidon.webserver.staticcontent.FileSystemHandlerConfig;
import io.helidon.webserver.staticcontent.StaticContentFeature;

import java.nio.file.Path;

/** Serves files with Helidon. Arguments: the directory and the port. */
public final class HelidonPeer {
    private static final int BACKLOG = 4_096;

    private HelidonPeer() {}

    public static void main(String[] args) {
        FileSystemHandlerConfig files =
                FileSystemHandlerConfig.builder().location(Path.of(args[0])).build();
        WebServer.builder()
                .host("127.0.0.1")
                .port(Integer.parseInt(args[1]))
                .backlog(BACKLOG)
                .routing(
                        routing -> routing.register("/", StaticContentFeature.createService(files)))
                .build()
                .start();
    }
}
