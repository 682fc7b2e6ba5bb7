package sluice.io.tls;

import sluice.io.TlsCertificate;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.cert.CertificateException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateFactory;
import java.security.cert.CertificateNotYetValidException;
import java.security.cert.X509Certificate;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * A certificate and its key, as read.
 *
 * @param label for messages
 * @param chain in PEM
 * @param key in PEM
 */
record LoadedCertificate(String label, byte[] chain, byte[] key, X509Certificate own) {
    /** Far more than any chain has. */
    private static final long FILE_MAX = 1 << 20;

    private static final int DNS_NAME = 2;

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
        X509Certificate own = own(label, chain);
        try {
            own.checkValidity();
        } catch (CertificateExpiredException e) {
            throw new IOException(
                    "certificate " + label + " has expired at "
                            + own.getNotAfter().toInstant(),
                    e);
        } catch (CertificateNotYetValidException e) {
            throw new IOException(
                    "certificate " + label + " is valid from "
                            + own.getNotBefore().toInstant() + " on; look at the clock",
                    e);
        }
        return new LoadedCertificate(label, chain, key, own);
    }

    private static X509Certificate own(String label, byte[] chain) throws IOException {
        try {
            Collection<?> found = CertificateFactory.getInstance("X.509")
                    .generateCertificates(new ByteArrayInputStream(chain));
            if (!found.isEmpty() && found.iterator().next() instanceof X509Certificate first) {
                return first;
            }
            throw new IOException("no certificate is in " + label + "; it must have one in PEM");
        } catch (CertificateException e) {
            throw new IOException("certificate " + label + " cannot be read: " + e.getMessage(), e);
        }
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
            Collection<List<?>> others = own.getSubjectAlternativeNames();
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
