import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.file.FileSystemOptions;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;

import java.nio.file.Files;
import java.nio.file.Path;

/** Serves files with Vert.x. Arguments: the directory, the port, and how many event loops. */
public final class VertxPeer extends VerticleBase {
    private static final int BACKLOG = 4_096;

    private final Path root;
    private final int port;

    private VertxPeer(Path root, int port) {
        this.root = root;
        this.port = port;
    }

    public static void main(String[] args) throws Exception {
        int loops = Integer.parseInt(args[2]);
        Path root = Path.of(args[0]).toRealPath();
        Vertx vertx = Vertx.vertx(new VertxOptions()
                .setPreferNativeTransport(true)
                .setEventLoopPoolSize(loops)
                .setFileSystemOptions(new FileSystemOptions()
                        .setFileCachingEnabled(false)
                        .setClassPathResolvingEnabled(false)));
        if (!vertx.isNativeTransportEnabled()) {
            throw new IllegalStateException(vertx.unavailableNativeTransportCause());
        }
        vertx.deployVerticle(
                        () -> new VertxPeer(root, Integer.parseInt(args[1])),
                        new DeploymentOptions().setInstances(loops))
                .await();
    }

    @Override
    public Future<?> start() {
        HttpServerOptions options = new HttpServerOptions()
                .setHost("127.0.0.1")
                .setPort(port)
                .setAcceptBacklog(BACKLOG)
                .setTcpNoDelay(true);
        return vertx.createHttpServer(options).requestHandler(this::answer).listen();
    }

    private void answer(HttpServerRequest request) {
        Path path = root.resolve(request.path().substring(1)).normalize();
        if (path.startsWith(root) && Files.isRegularFile(path)) {
            request.response().sendFile(path.toString());
        } else {
            request.response().setStatusCode(404).end();
        }
    }
}
