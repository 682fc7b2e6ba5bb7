package sluice.io.tls;

import org.jspecify.annotations.Nullable;

import sluice.io.TlsCertificate;
import sluice.io.TlsSettings;
import sluice.linux.TlsContext;

import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.cert.CertificateEncodingException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.function.BiConsumer;

/** What begins new sessions. When files have changed there is another. */
public final class Contexts {
    /** What a look compares. */
    private record Seen(
            Path file, long size, long mtime, @Nullable Object inode) {
        static Seen of(Path file) {
            try {
                BasicFileAttributes read = Files.readAttributes(file, BasicFileAttributes.class);
                return new Seen(
                        file, read.size(), read.lastModifiedTime().toMillis(), read.fileKey());
            } catch (IOException e) {
                return new Seen(file, -1, 0, null);
            }
        }
    }

    private record Loaded(Sessions sessions, String fingerprint) {}

    private final TlsSettings settings;
    private final Sessions.Maker maker;
    private final @Nullable LoadedCertificate selfSigned;
    private volatile Loaded loaded;
    private List<Seen> seen;

    private Contexts(
            TlsSettings settings, Sessions.Maker maker, @Nullable LoadedCertificate selfSigned)
            throws IOException {
        this.settings = settings;
        this.maker = maker;
        this.selfSigned = selfSigned;
        seen = files();
        loaded = load();
    }

    /** Reads the files. */
    static Contexts open(TlsSettings settings, Sessions.Maker maker, Set<String> names)
            throws IOException {
        LoadedCertificate own = settings.certificates().isEmpty()
                ? SelfSigned.certificate(names, Instant.now())
                : null;
        return new Contexts(settings, maker, own);
    }

    Sessions current() {
        return loaded.sessions;
    }

    String fingerprint() {
        return loaded.fingerprint;
    }

    /** See {@link sluice.io.Tls#look}. */
    synchronized void look(BiConsumer<Level, String> told) {
        List<Seen> now = files();
        if (now.equals(seen)) {
            return;
        }
        seen = now;
        try {
            loaded = load();
            told.accept(Level.INFO, "certificates were read again");
        } catch (IOException e) {
            told.accept(
                    Level.WARNING,
                    "new certificates cannot be used, the old ones stay: " + e.getMessage());
        }
    }

    private List<Seen> files() {
        List<Seen> found = new ArrayList<>();
        for (TlsCertificate certificate : settings.certificates()) {
            found.add(Seen.of(certificate.chain()));
            found.add(Seen.of(certificate.key()));
        }
        if (settings.ticketKeys() != null) {
            found.add(Seen.of(settings.ticketKeys()));
        }
        return found;
    }

    private Loaded load() throws IOException {
        byte @Nullable [] tickets = tickets();
        List<LoadedCertificate> certificates = new ArrayList<>();
        if (selfSigned != null) {
            certificates.add(selfSigned);
        }
        for (TlsCertificate files : settings.certificates()) {
            certificates.add(LoadedCertificate.read(files));
        }
        return new Loaded(maker.of(certificates, tickets), fingerprint(certificates.getFirst()));
    }

    private byte @Nullable [] tickets() throws IOException {
        Path file = settings.ticketKeys();
        if (file == null) {
            return null;
        }
        byte[] keys = LoadedCertificate.bytes(file);
        if (!TlsContext.areTicketKeys(keys.length)) {
            throw new IOException("ticket keys " + file + " have " + keys.length + " octets, not 1"
                    + " to " + TlsContext.TICKET_KEYS_MAX + " sets of "
                    + TlsContext.TICKET_KEYS_SIZE + " (openssl rand -out FILE 80)");
        }
        return keys;
    }

    private static String fingerprint(LoadedCertificate certificate) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256")
                    .digest(certificate.own().getEncoded());
            return HexFormat.ofDelimiter(":").withUpperCase().formatHex(digest);
        } catch (NoSuchAlgorithmException | CertificateEncodingException e) {
            throw new IllegalStateException(e);
        }
    }
}
