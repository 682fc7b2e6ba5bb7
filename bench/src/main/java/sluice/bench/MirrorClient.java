package sluice.bench;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * Fetches many files over java.net.http and prints the SHA-256 of each, in the order of the list.
 * {@code bench/prove mirror} starts it as a source file.
 *
 * <pre>java MirrorClient.java URL LIST CONNECTIONS</pre>
 *
 * <p>LIST has one encoded path per line. As many threads fetch as there may be connections; each
 * takes its answer whole before it asks for the next, so the client's pool never opens more.
 */
public final class MirrorClient {
    private static final int BUFFER = 64 << 10;

    private final HttpClient client = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .followRedirects(HttpClient.Redirect.NEVER)
            .build();

    private MirrorClient() {}

    public static void main(String[] args) throws Exception {
        MirrorClient mirror = new MirrorClient();
        List<String> paths = Files.readAllLines(Path.of(args[1]));
        ExecutorService threads = Executors.newFixedThreadPool(Integer.parseInt(args[2]));
        try {
            List<Future<String>> hashes = new ArrayList<>();
            for (String path : paths) {
                hashes.add(threads.submit(() -> mirror.fetch(URI.create(args[0] + path))));
            }
            print(hashes);
        } finally {
            threads.shutdownNow();
            mirror.client.shutdownNow();
        }
    }

    private static void print(List<Future<String>> hashes)
            throws InterruptedException, ExecutionException {
        StringBuilder lines = new StringBuilder();
        for (Future<String> hash : hashes) {
            lines.append(hash.get()).append('\n');
        }
        System.out.print(lines);
    }

    /** The hash of the body, or the error instead: a word that equals no hash. */
    private String fetch(URI uri) throws InterruptedException, NoSuchAlgorithmException {
        HttpRequest request = HttpRequest.newBuilder(uri).build();
        try {
            HttpResponse<InputStream> response =
                    client.send(request, HttpResponse.BodyHandlers.ofInputStream());
            try (InputStream body = response.body()) {
                String hash = sha256(body);
                return response.statusCode() == 200 ? hash : "status-" + response.statusCode();
            }
        } catch (IOException e) {
            System.err.println(uri + ": " + e);
            return "failed";
        }
    }

    private static String sha256(InputStream body) throws IOException, NoSuchAlgorithmException {
        MessageDigest digest = MessageDigest.getInstance("SHA-256");
        byte[] buffer = new byte[BUFFER];
        for (int read = body.read(buffer); read >= 0; read = body.read(buffer)) {
            digest.update(buffer, 0, read);
        }
        return HexFormat.of().formatHex(digest.digest());
    }
}
