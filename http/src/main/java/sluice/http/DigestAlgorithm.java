package sluice.http;

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

    /** The name for {@code java.security.MessageDigest}. */
    public String jcaName() {
        return jcaName;
    }
}
