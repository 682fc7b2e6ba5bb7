package sluice.io.tls;

import sluice.io.TlsCertificate;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateFactory;
import java.security.cert.CertificateNotYetValidException;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A certificate and its key, as read.
 *
 * @param label for messages
 * @param chain in PEM
 * @param key in PEM
 * @param certificates of the chain, the server's own first
 */
record LoadedCertificate(
        String label, byte[] chain, byte[] key, List<X509Certificate> certificates) {
    /** Far more than any chain has. */
    private static final long FILE_MAX = 1 << 20;

    private static final int DNS_NAME = 2;

    private static final Pattern PKCS8 =
            Pattern.compile("-----BEGIN PRIVATE KEY-----([^-]+)-----END PRIVATE KEY-----");

    static LoadedCertificate read(TlsCertificate files) throws IOException {
        byte[] chain = bytes(files.chain());
        byte[] key = bytes(files.key());
        if (new String(key, StandardCharsets.ISO_8859_1).contains("ENCRYPTED")) {
            throw new IOException("key " + files.key() + " has a passphrase, and nobody is there to"
                    + " type it; remove it (openssl pkey -in KEY -out NEW)");
        }
        return of(files.chain().toString(), chain, key);
    }

    static LoadedCertificate of(String label, byte[] chain, byte[] key) throws IOException {
        List<X509Certificate> certificates = parse(label, chain);
        requireValid("certificate " + label, certificates.getFirst());
        for (X509Certificate issuer : certificates.subList(1, certificates.size())) {
            // Clients would refuse it later, and each in its own words.
            requireValid(
                    "certificate " + label + ": its issuer " + issuer.getSubjectX500Principal(),
                    issuer);
        }
        return new LoadedCertificate(label, chain, key, certificates);
    }

    private static void requireValid(String what, X509Certificate one) throws IOException {
        try {
            one.checkValidity();
        } catch (CertificateExpiredException e) {
            throw new IOException(what + " has expired at " + one.getNotAfter().toInstant(), e);
        } catch (CertificateNotYetValidException e) {
            throw new IOException(
                    what + " is valid from " + one.getNotBefore().toInstant()
                            + " on; look at the clock",
                    e);
        }
    }

    private static List<X509Certificate> parse(String label, byte[] chain) throws IOException {
        List<X509Certificate> found = new ArrayList<>();
        try {
            for (Certificate one : CertificateFactory.getInstance("X.509")
                    .generateCertificates(new ByteArrayInputStream(chain))) {
                if (one instanceof X509Certificate known) {
                    found.add(known);
                }
            }
        } catch (CertificateException e) {
            throw new IOException("certificate " + label + " cannot be read: " + e.getMessage(), e);
        }
        if (found.isEmpty()) {
            throw new IOException("no certificate is in " + label + "; it must have one in PEM");
        }
        return found;
    }

    /** That of the server itself. */
    X509Certificate own() {
        return certificates.getFirst();
    }

    /** The key for the JDK, which reads PKCS #8 (RFC 5958) only. */
    PrivateKey privateKey() throws IOException {
        Matcher pem = PKCS8.matcher(new String(key, StandardCharsets.ISO_8859_1));
        if (!pem.find()) {
            throw new IOException("the key of " + label + " is not in PKCS #8, which the JDK needs;"
                    + " convert it (openssl pkey -in KEY -out NEW), or use --tls-provider openssl");
        }
        try {
            byte[] der = Base64.getMimeDecoder().decode(pem.group(1));
            PrivateKey found = KeyFactory.getInstance(own().getPublicKey().getAlgorithm())
                    .generatePrivate(new PKCS8EncodedKeySpec(der));
            requireFit(found);
            return found;
        } catch (GeneralSecurityException | IllegalArgumentException e) {
            throw new IOException(
                    "certificate " + label + " and its key cannot be used: " + e.getMessage(), e);
        }
    }

    /** The JDK would notice in a handshake only. */
    private void requireFit(PrivateKey found) throws GeneralSecurityException {
        String algorithm = found.getAlgorithm();
        Signature signature = Signature.getInstance(
                switch (algorithm) {
                    case "EC" -> "SHA256withECDSA";
                    case "RSA" -> "SHA256withRSA";
                    default -> algorithm;
                });
        signature.initSign(found);
        signature.update(chain);
        byte[] signed = signature.sign();
        signature.initVerify(own());
        signature.update(chain);
        if (!signature.verify(signed)) {
            throw new GeneralSecurityException("the key is of another certificate");
        }
    }

    /** All but the first by their names; each name belongs to the first one that has it. */
    static Map<String, LoadedCertificate> byName(List<LoadedCertificate> all) throws IOException {
        Map<String, LoadedCertificate> found = new HashMap<>();
        for (LoadedCertificate other : all.subList(1, all.size())) {
            for (String name : other.names()) {
                found.putIfAbsent(name, other);
            }
        }
        found.keySet().removeAll(all.getFirst().names());
        return found;
    }

    static byte[] bytes(Path file) throws IOException {
        try {
            if (Files.size(file) > FILE_MAX) {
                throw new IOException(file + " is too large for a certificate or key");
            }
            return Files.readAllBytes(file);
        } catch (NoSuchFileException e) {
            throw new IOException("no such file: " + file, e);
        }
    }

    /** The host names that it is for, in lower case (RFC 6125); "*.example.com" included. */
    Set<String> names() throws IOException {
        Set<String> names = new LinkedHashSet<>();
        try {
            Collection<List<?>> others = own().getSubjectAlternativeNames();
            if (others != null) {
                for (List<?> other : others) {
                    if (other.get(0).equals(DNS_NAME)) {
                        names.add(other.get(1).toString().toLowerCase(Locale.ROOT));
                    }
                }
            }
        } catch (CertificateException e) {
            throw new IOException("names of " + label + " cannot be read: " + e.getMessage(), e);
        }
        return names;
    }
}
