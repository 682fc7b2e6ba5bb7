package sluice.io.tls;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Base64;
import java.util.Set;

/**
 * Makes a certificate that signs itself, for development: no client trusts it unless told to. It is
 * DER (X.690) of RFC 5280 section 4.1, with a new key each time.
 */
final class SelfSigned {
    /** Whoever tries something for longer starts again. */
    private static final Duration VALID = Duration.ofDays(30);
    /** For clocks that differ. */
    private static final Duration EARLIER = Duration.ofHours(1);

    private static final int SERIAL_SIZE = 16;

    private static final int INTEGER = 0x02;
    private static final int BIT_STRING = 0x03;
    private static final int OCTET_STRING = 0x04;
    private static final int UTF8_STRING = 0x0c;
    private static final int GENERALIZED_TIME = 0x18;
    private static final int SEQUENCE = 0x30;
    private static final int SET = 0x31;
    private static final int VERSION = 0xa0;
    private static final int EXTENSIONS = 0xa3;
    private static final int DNS_NAME = 0x82;
    private static final int IP_ADDRESS = 0x87;

    /** AlgorithmIdentifier of ecdsa-with-SHA256 (RFC 5758 section 3.2). */
    private static final byte[] ECDSA_SHA256 =
            tag(SEQUENCE, bytes(0x06, 8, 0x2a, 0x86, 0x48, 0xce, 0x3d, 4, 3, 2));

    private static final byte[] COMMON_NAME = bytes(0x06, 3, 0x55, 4, 3);
    private static final byte[] SUBJECT_ALT_NAME = bytes(0x06, 3, 0x55, 0x1d, 0x11);
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("yyyyMMddHHmmss'Z'").withZone(ZoneOffset.UTC);

    private SelfSigned() {}

    /** A certificate for these host names and addresses, from now on. */
    static LoadedCertificate certificate(Set<String> names, Instant now) throws IOException {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(new ECGenParameterSpec("secp256r1"));
            KeyPair pair = generator.generateKeyPair();
            byte[] content = content(pair, names, now);
            Signature signature = Signature.getInstance("SHA256withECDSA");
            signature.initSign(pair.getPrivate());
            signature.update(content);
            byte[] signed =
                    tag(SEQUENCE, content, ECDSA_SHA256, tag(BIT_STRING, zero(signature.sign())));
            return LoadedCertificate.of(
                    "(self-signed)",
                    pem("CERTIFICATE", signed),
                    pem("PRIVATE KEY", pair.getPrivate().getEncoded()));
        } catch (GeneralSecurityException e) {
            throw new IOException("cannot make a self-signed certificate: " + e.getMessage(), e);
        }
    }

    private static byte[] content(KeyPair pair, Set<String> names, Instant now) throws IOException {
        byte[] serial = new byte[SERIAL_SIZE];
        new SecureRandom().nextBytes(serial);
        serial[0] = (byte) (serial[0] & 0x7f | 0x40); // positive, and not padded
        byte[] common = tag(UTF8_STRING, "Sluice self-signed".getBytes(StandardCharsets.UTF_8));
        byte[] name = tag(SEQUENCE, tag(SET, tag(SEQUENCE, COMMON_NAME, common)));
        return tag(
                SEQUENCE,
                tag(VERSION, tag(INTEGER, bytes(2))),
                tag(INTEGER, serial),
                ECDSA_SHA256,
                name,
                tag(SEQUENCE, time(now.minus(EARLIER)), time(now.plus(VALID))),
                name,
                pair.getPublic().getEncoded(),
                tag(
                        EXTENSIONS,
                        tag(
                                SEQUENCE,
                                tag(
                                        SEQUENCE,
                                        SUBJECT_ALT_NAME,
                                        tag(OCTET_STRING, others(names))))));
    }

    private static byte[] time(Instant at) {
        return tag(GENERALIZED_TIME, TIME.format(at).getBytes(StandardCharsets.US_ASCII));
    }

    private static byte[] others(Set<String> names) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (String name : names) {
            boolean isAddress = name.contains(":") || name.matches("[0-9.]+");
            out.writeBytes(
                    isAddress
                            ? tag(IP_ADDRESS, InetAddress.ofLiteral(name).getAddress())
                            : tag(DNS_NAME, name.getBytes(StandardCharsets.US_ASCII)));
        }
        return tag(SEQUENCE, out.toByteArray());
    }

    /** A bit string of whole octets: no bit of the last one is unused. */
    private static byte[] zero(byte[] octets) {
        byte[] whole = new byte[octets.length + 1];
        System.arraycopy(octets, 0, whole, 1, octets.length);
        return whole;
    }

    private static byte[] bytes(int... octets) {
        byte[] made = new byte[octets.length];
        for (int i = 0; i < octets.length; i++) {
            made[i] = (byte) octets[i];
        }
        return made;
    }

    private static byte[] tag(int tag, byte[]... parts) {
        ByteArrayOutputStream content = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            content.writeBytes(part);
        }
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.write(tag);
        int length = content.size();
        if (length < 0x80) {
            out.write(length);
        } else {
            out.write(0x82);
            out.write(length >> 8);
            out.write(length);
        }
        out.writeBytes(content.toByteArray());
        return out.toByteArray();
    }

    private static byte[] pem(String type, byte[] der) {
        String text = "-----BEGIN " + type + "-----\n"
                + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der)
                + "\n-----END " + type + "-----\n";
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
