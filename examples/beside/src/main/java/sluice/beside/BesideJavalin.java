package sluice.beside;

import io.javalin.Javalin;
import io.javalin.http.Context;
import io.javalin.http.ForbiddenResponse;

import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;

/** Javalin decides who gets a file, and Sluice sends it: a redirect leads to a signed link. */
final class BesideJavalin implements AutoCloseable {
    private final Downloads downloads;
    private final Javalin app;

    private BesideJavalin(Path directory, int port) throws IOException {
        downloads = Downloads.start(directory, 0);
        app = Javalin.create(config -> {
            config.startup.showJavalinBanner = false;
            config.jetty.host = "127.0.0.1";
            config.routes.get("/download/{name}", this::download);
        });
        app.start(port);
    }

    static BesideJavalin start(Path directory, int port) throws IOException {
        return new BesideJavalin(directory, port);
    }

    private void download(Context request) {
        if (!"anna".equals(request.queryParam("user"))) { // An application asks its session.
            throw new ForbiddenResponse("this is Anna's");
        }
        request.redirect(downloads.link(request.pathParam("name")).toString());
    }

    int port() {
        return app.port();
    }

    Downloads downloads() {
        return downloads;
    }

    @Override
    public void close() {
        app.stop();
        downloads.close();
    }

    /** Serves a directory until the process is killed. */
    public static void main(String[] arguments) throws Exception {
        try (BesideJavalin program = start(Path.of(arguments[0]), 8_080)) {
            System.out.println("http://127.0.0.1:" + program.port() + "/download/NAME?user=anna");
            new CountDownLatch(1).await();
        }
    }
}
