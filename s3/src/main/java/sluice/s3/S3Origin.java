package sluice.s3;

import org.jspecify.annotations.Nullable;

import sluice.server.ObjectHead;
import sluice.server.Origin;
import sluice.server.OriginException;
import sluice.server.OriginException.Reason;

import software.amazon.awssdk.core.ResponseInputStream;
import software.amazon.awssdk.core.checksums.RequestChecksumCalculation;
import software.amazon.awssdk.core.checksums.ResponseChecksumValidation;
import software.amazon.awssdk.core.exception.ApiCallAttemptTimeoutException;
import software.amazon.awssdk.core.exception.ApiCallTimeoutException;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.regions.providers.DefaultAwsRegionProviderChain;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.S3Configuration;
import software.amazon.awssdk.services.s3.model.GetObjectResponse;
import software.amazon.awssdk.services.s3.model.HeadObjectResponse;
import software.amazon.awssdk.services.s3.model.S3Exception;

import java.io.IOException;
import java.io.InputStream;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;

/**
 * A bucket of a store that speaks S3, or what is below a prefix of it. Credentials, region and
 * endpoint come by the ways of the AWS SDK: its environment, its files, its services.
 */
final class S3Origin implements Origin {
    /** A store that does not take a connection in this time is not there. */
    private static final Duration CONNECT = Duration.ofSeconds(1);
    /** Between two octets. */
    private static final Duration SILENCE = Duration.ofSeconds(5);
    /** A client waits for this, tries included. */
    private static final Duration HEAD = Duration.ofSeconds(2);
    /** Each fetch has one. The JDK keeps five of each host if it is not told. */
    private static final String CONNECTIONS = "64";

    /** A key for which the store looks in vain. */
    private static final String NO_OBJECT = ".sluice";

    private static final int CONDITION_FAILED = 412;
    private static final int NOT_FOUND = 404;
    private static final int FORBIDDEN = 403;

    private final S3Client client;
    private final URI address;
    private final String bucket;
    private final String prefix;

    private S3Origin(S3Client client, URI address, String bucket, String prefix) {
        this.client = client;
        this.address = address;
        this.bucket = bucket;
        this.prefix = prefix;
    }

    /**
     * Opens {@code s3://bucket/prefix}.
     *
     * @throws IOException if the address names no bucket
     */
    static S3Origin open(URI address) throws IOException {
        String bucket = address.getHost() == null ? address.getAuthority() : address.getHost();
        if (bucket == null || bucket.isEmpty()) {
            throw new IOException(address + " names no bucket; write s3://bucket/prefix");
        }
        String path = address.getPath() == null ? "" : address.getPath();
        String below = path.startsWith("/") ? path.substring(1) : path;
        String prefix = below.isEmpty() || below.endsWith("/") ? below : below + "/";
        if (System.getProperty("http.maxConnections") == null) {
            System.setProperty("http.maxConnections", CONNECTIONS);
        }
        S3Origin origin = new S3Origin(client(), address, bucket, prefix);
        Thread.ofVirtual().name("sluice-s3-warm-up").start(origin::warmUp);
        return origin;
    }

    /** The first call loads the classes of the SDK, which takes longer than a client waits. */
    private void warmUp() {
        try {
            client.headObject(request -> request.bucket(bucket).key(prefix + NO_OBJECT));
        } catch (SdkException e) {
            // The call has done its work: a client is told of what is wrong.
            System.getLogger("sluice.s3").log(System.Logger.Level.DEBUG, "the first call", e);
        }
    }

    /** Checksums of requests are refused by many stores that are not Amazon's. */
    private static S3Client client() {
        return S3Client.builder()
                .region(region())
                .httpClientBuilder(UrlConnectionHttpClient.builder()
                        .connectionTimeout(CONNECT)
                        .socketTimeout(SILENCE))
                .serviceConfiguration(S3Configuration.builder()
                        .pathStyleAccessEnabled(true)
                        .chunkedEncodingEnabled(false)
                        .build())
                .requestChecksumCalculation(RequestChecksumCalculation.WHEN_REQUIRED)
                .responseChecksumValidation(ResponseChecksumValidation.WHEN_REQUIRED)
                .build();
    }

    /** Stores that are not Amazon's have none, but a signature must name one. */
    private static Region region() {
        try {
            return DefaultAwsRegionProviderChain.builder().build().getRegion();
        } catch (SdkException none) {
            return Region.US_EAST_1;
        }
    }

    @Override
    public ObjectHead head(String key) throws OriginException {
        try {
            HeadObjectResponse head = client.headObject(request -> request.bucket(bucket)
                    .key(prefix + key)
                    .overrideConfiguration(limits -> limits.apiCallTimeout(HEAD)));
            if (head.eTag() == null || head.contentLength() == null) {
                throw new OriginException(
                        Reason.FAILED,
                        key + ": the store tells no entity tag or no size, so nobody could tell"
                                + " its versions apart");
            }
            Instant modified = head.lastModified();
            return new ObjectHead(
                    head.contentLength(),
                    head.eTag(),
                    modified == null ? 0 : modified.getEpochSecond(),
                    type(head.contentType()),
                    coding(head.contentEncoding()),
                    head.cacheControl());
        } catch (SdkException e) {
            throw failure(key, e);
        }
    }

    /** What stores say of an object that nobody gave a type. */
    private static @Nullable String type(@Nullable String said) {
        return said == null || said.isEmpty() || said.endsWith("/octet-stream") ? null : said;
    }

    /** aws-chunked is how an object came, and not what it is. */
    private static @Nullable String coding(@Nullable String said) {
        return said == null || said.isEmpty() || said.equals("aws-chunked") ? null : said;
    }

    @Override
    public InputStream read(String key, String tag, long from, long to) throws OriginException {
        ResponseInputStream<GetObjectResponse> in;
        try {
            in = client.getObject(request -> request.bucket(bucket)
                    .key(prefix + key)
                    .ifMatch(tag)
                    .range("bytes=" + from + "-" + (to - 1)));
        } catch (SdkException e) {
            throw failure(key, e);
        }
        // Some stores ignore conditions or ranges.
        GetObjectResponse head = in.response();
        if (!tag.equals(head.eTag())) {
            in.abort();
            throw new OriginException(Reason.REPLACED, key + " is another version");
        }
        Long length = head.contentLength();
        if (length == null || length != to - from) {
            in.abort();
            throw new OriginException(
                    Reason.FAILED, "the store sent " + length + " octets, not " + (to - from));
        }
        return in;
    }

    private OriginException failure(String key, SdkException e) {
        if (e instanceof S3Exception answer) {
            Reason reason = switch (answer.statusCode()) {
                case NOT_FOUND -> Reason.ABSENT;
                case FORBIDDEN -> Reason.FORBIDDEN;
                case CONDITION_FAILED -> Reason.REPLACED;
                default -> Reason.FAILED;
            };
            return new OriginException(
                    reason, key + ": the store answers " + answer.statusCode(), e);
        }
        boolean late = e instanceof ApiCallTimeoutException
                || e instanceof ApiCallAttemptTimeoutException
                || e.getCause() instanceof SocketTimeoutException;
        return new OriginException(
                late ? Reason.LATE : Reason.FAILED, String.valueOf(e.getMessage()), e);
    }

    @Override
    public String name() {
        return address.toString();
    }

    @Override
    public void close() {
        client.close();
    }
}
