package sluice.http;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/** Algorithms of RFC 9530 that are not broken, preferred one first. */
public enum DigestAlgorithm {
    SHA_256("sha-256", "SHA-256"),
    SHA_512("sha-512", "SHA-512");

    private final String key;
    private final String jcaName;
    final byte[] bytes;

    DigestAlgorithm(String key, String jcaName) {
        this.key = key;
        this.jcaName = jcaName;
        this.bytes = Octets.ascii(key);
    }

    /** The name in Repr-Digest. */
    public String key() {
        return key;
    }

    /** A new computation of a digest. */
    public MessageDigest begin() {
        try {
            return MessageDigest.getInstance(jcaName);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has " + jcaName, e);
        }
    }
}
