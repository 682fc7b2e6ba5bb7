package sluice.beside;

import sluice.server.FileServer;
import sluice.server.Rules;
import sluice.server.ServedFiles;
import sluice.server.Sluice;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;

/** A file server at a port of its own, which sends files to who has a signed link only. */
final class Downloads implements AutoCloseable {
    private static final int KEY_BYTES = 32;
    private static final Duration VALID = Duration.ofMinutes(10);

    private final SignedLinks links;
    private final FileServer server;

    private Downloads(SignedLinks links, FileServer server) {
        this.links = links;
        this.server = server;
    }

    /**
     * Starts the server. It ends with {@link #close}.
     *
     * @param port 0 for a free one
     */
    static Downloads start(Path directory, int port) throws IOException {
        byte[] key = new byte[KEY_BYTES];
        new SecureRandom().nextBytes(key);
        SignedLinks links = new SignedLinks(key, InstantSource.system());
        ServedFiles files = ServedFiles.in(directory)
                .withListing(false)
                .withRules(Rules.NONE.withPermission(links));
        return new Downloads(
                links, Sluice.builder().port(port).files(files).build().start());
    }

    /** Where a client gets a file now. */
    URI link(String name) {
        return links.link(server.uri(), "/" + name, VALID);
    }

    FileServer server() {
        return server;
    }

    @Override
    public void close() {
        server.close();
    }
}
