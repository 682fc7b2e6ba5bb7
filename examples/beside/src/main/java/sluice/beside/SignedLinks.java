package sluice.beside;

import static java.nio.charset.StandardCharsets.UTF_8;

import org.jspecify.annotations.Nullable;

import sluice.server.Asked;
import sluice.server.Permission;

import java.net.URI;
import java.net.URISyntaxException;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HexFormat;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Links to files that the application gives to whom it likes, and that hold for a time: {@code
 * /film.mp4?until=1767225600&by=...}, signed with a key that only this program has. The application
 * decides, and the server sends. Any thread.
 */
final class SignedLinks implements Permission {
    private static final String ALGORITHM = "HmacSHA256";
    private static final Pattern QUERY = Pattern.compile("until=(\\d{1,12})&by=([0-9a-f]{64})");

    private final SecretKeySpec key;
    private final InstantSource clock;

    /**
     * @param key 32 random bytes
     */
    SignedLinks(byte[] key, InstantSource clock) {
        this.key = new SecretKeySpec(key, ALGORITHM);
        this.clock = clock;
    }

    /**
     * A link to a file.
     *
     * @param server its URI, as clients reach it
     * @param path as a name in the file system, with a slash before it and not percent-encoded
     */
    URI link(URI server, String path, Duration valid) {
        long until = clock.instant().plus(valid).getEpochSecond();
        try {
            URI encoded = new URI(null, null, path, null);
            return server.resolve(encoded.getRawPath() + "?until=" + until + "&by="
                    + HexFormat.of().formatHex(sign(path, until)));
        } catch (URISyntaxException e) {
            throw new IllegalArgumentException("no path: " + path, e);
        }
    }

    @Override
    public boolean permits(Asked request) {
        Matcher query = QUERY.matcher(orEmpty(request.query()));
        if (!query.matches()) {
            return false;
        }
        long until = Long.parseLong(query.group(1));
        byte[] signature = HexFormat.of().parseHex(query.group(2));
        return clock.instant().getEpochSecond() < until
                && MessageDigest.isEqual(sign(request.path(), until), signature);
    }

    private static String orEmpty(@Nullable String text) {
        return text == null ? "" : text;
    }

    private byte[] sign(String path, long until) {
        try {
            Mac mac = Mac.getInstance(ALGORITHM);
            mac.init(key);
            return mac.doFinal((until + " " + path).getBytes(UTF_8));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has " + ALGORITHM, e);
        }
    }
}
