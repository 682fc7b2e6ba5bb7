package sluice.s3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import static java.nio.charset.StandardCharsets.UTF_8;

import org.gaul.s3proxy.S3Proxy;
import org.gaul.s3proxy.auth.AuthenticationType;
import org.gaul.s3proxy.nio2blob.TransientNio2BlobStore;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import sluice.server.FileServer;
import sluice.server.ObjectHead;
import sluice.server.Origin;
import sluice.server.OriginException;
import sluice.server.OriginException.Reason;
import sluice.server.ServedFiles;
import sluice.server.Sluice;
import sluice.server.Tier;

import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.S3Configuration;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Random;

/** A store that speaks S3, over HTTP: S3Proxy, which keeps its objects in memory. */
final class S3OriginTest {
    private static final String ID = "an-identity";
    private static final String SECRET = "a-secret";
    private static final String BUCKET = "bucket";
    /** One block and a bit. */
    private static final byte[] LARGE = new byte[Tier.BLOCK + 54_321];

    private static S3Proxy proxy;
    private static S3Client admin;
    private static Origin origin;

    @BeforeAll
    static void start() throws Exception {
        new Random(7).nextBytes(LARGE);
        proxy = S3Proxy.builder()
                .blobStore(new TransientNio2BlobStore())
                .endpoint(URI.create("http://127.0.0.1:0"))
                .awsAuthentication(AuthenticationType.AWS_V2_OR_V4, ID, SECRET)
                .build();
        proxy.start();
        URI endpoint = URI.create("http://127.0.0.1:" + proxy.getPort());
        Map.of(
                        "aws.endpointUrlS3",
                        endpoint.toString(),
                        "aws.accessKeyId",
                        ID,
                        "aws.secretAccessKey",
                        SECRET,
                        "aws.region",
                        "us-east-1")
                .forEach(System::setProperty);
        admin = S3Client.builder()
                .endpointOverride(endpoint)
                .region(Region.US_EAST_1)
                .credentialsProvider(
                        StaticCredentialsProvider.create(AwsBasicCredentials.create(ID, SECRET)))
                .httpClient(UrlConnectionHttpClient.create())
                .serviceConfiguration(S3Configuration.builder()
                        .pathStyleAccessEnabled(true)
                        .chunkedEncodingEnabled(false)
                        .build())
                .build();
        admin.createBucket(bucket -> bucket.bucket(BUCKET));
        origin = new S3Provider().open(URI.create("s3://" + BUCKET + "/dir"));
    }

    @AfterAll
    static void stop() throws Exception {
        origin.close();
        admin.close();
        proxy.stop();
    }

    private static void put(String key, byte[] content) {
        admin.putObject(
                object -> object.bucket(BUCKET)
                        .key("dir/" + key)
                        .contentType("video/mp4")
                        .cacheControl("max-age=60"),
                RequestBody.fromBytes(content));
    }

    private static byte[] read(String key, String tag, long from, long to) throws IOException {
        try (InputStream in = origin.read(key, tag, from, to)) {
            return in.readAllBytes();
        }
    }

    private static Reason refusal(String key, String tag) {
        try {
            read(key, tag, 0, 1);
            throw new AssertionError("it was read");
        } catch (OriginException e) {
            return e.reason();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void theHeadOfAnObjectHasWhatAResponseSays() throws IOException {
        put("described", "abc".getBytes(UTF_8));
        ObjectHead head = origin.head("described");
        assertThat(head.size()).isEqualTo(3);
        assertThat(head.tag()).startsWith("\"").endsWith("\"");
        assertThat(head.modified()).isPositive();
        assertThat(head.type()).isEqualTo("video/mp4");
        assertThat(head.cacheControl()).isEqualTo("max-age=60");
        assertThat(head.coding()).isNull();
    }

    @Test
    void aPartIsReadOfTheVersionThatWasAskedFor() throws IOException {
        put("a", "0123456789".getBytes(UTF_8));
        String tag = origin.head("a").tag();
        assertThat(read("a", tag, 2, 5)).isEqualTo("234".getBytes(UTF_8));
        put("a", "9876543210".getBytes(UTF_8));
        assertThat(refusal("a", tag)).isEqualTo(Reason.REPLACED);
    }

    @Test
    void whatIsNotThereIsAbsent() {
        assertThat(refusal("none", "\"tag\"")).isEqualTo(Reason.ABSENT);
        assertThatThrownBy(() -> origin.head("none"))
                .isInstanceOfSatisfying(
                        OriginException.class,
                        e -> assertThat(e.reason()).isEqualTo(Reason.ABSENT));
    }

    @Test
    void aServerSendsItsObjects(@TempDir Path directory) throws Exception {
        put("films/a b.mp4", LARGE);
        Origin own = new S3Provider().open(URI.create("s3://" + BUCKET + "/dir/"));
        Tier tier = new Tier(own, directory, Tier.MOST_MIN, Tier.FRESH, Tier.STALE);
        try (FileServer server = Sluice.builder()
                        .port(0)
                        .files(ServedFiles.in(directory).withTier(tier).withExplain(true))
                        .build()
                        .start();
                HttpClient client = HttpClient.newHttpClient()) {
            URI uri = server.uri().resolve("/films/a%20b.mp4");
            HttpRequest request = HttpRequest.newBuilder(uri).build();
            for (String way : new String[] {"tier=fill", "tier=hit"}) {
                HttpResponse<byte[]> whole =
                        client.send(request, HttpResponse.BodyHandlers.ofByteArray());
                assertThat(whole.statusCode()).isEqualTo(200);
                assertThat(Arrays.equals(whole.body(), LARGE)).isTrue();
                assertThat(whole.headers().firstValue("Content-Type")).contains("video/mp4");
                assertThat(whole.headers().firstValue("Cache-Control")).contains("max-age=60");
                assertThat(whole.headers().firstValue("Sluice-Path").orElseThrow())
                        .contains(way);
            }
        }
    }

    @Test
    void anAddressWithoutABucketIsRefused() {
        assertThatThrownBy(() -> new S3Provider().open(URI.create("s3:///prefix")))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("write s3://bucket/prefix");
    }
}
