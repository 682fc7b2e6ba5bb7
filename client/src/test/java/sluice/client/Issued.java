package sluice.client;

import static org.assertj.core.api.Assertions.assertThat;

import sluice.io.TlsCertificate;
import sluice.io.TlsSettings;
import sluice.io.TlsTrust;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.Key;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.TimeUnit;

import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;

/**
 * A certificate that an authority of a test has issued, as files in PEM. The JDK's keytool makes
 * both.
 */
record Issued(Path store, Path chain, Path key, Path authority) {
    private static final String PASSWORD = "changeit";

    /**
     * @param names as keytool takes them: {@code dns:localhost,ip:127.0.0.1}
     * @param begin as keytool takes it: it is valid for five days from then on
     */
    static Issued of(Path directory, String names, String begin) throws Exception {
        Path store = directory.resolve("store.p12");
        keytool(store, "ca", "-dname", "CN=authority", "-ext", "bc:c", "-startdate", "-20d");
        keytool(
                store,
                "own",
                "-dname",
                "CN=localhost",
                "-signer",
                "ca",
                "-ext",
                "san=" + names,
                "-startdate",
                begin,
                "-validity",
                "5");
        KeyStore keys = KeyStore.getInstance(store.toFile(), PASSWORD.toCharArray());
        Certificate[] chain = keys.getCertificateChain("own");
        Key key = keys.getKey("own", PASSWORD.toCharArray());
        return new Issued(
                store,
                Files.writeString(
                        directory.resolve("own.crt"), pem("CERTIFICATE", chain[0].getEncoded())),
                Files.writeString(
                        directory.resolve("own.key"), pem("PRIVATE KEY", key.getEncoded())),
                Files.writeString(
                        directory.resolve("ca.crt"),
                        pem("CERTIFICATE", chain[chain.length - 1].getEncoded())));
    }

    private static void keytool(Path store, String alias, String... more) throws Exception {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-J-XX:TieredStopAtLevel=1", // It lives for a second.
                "-J-XX:+UseSerialGC",
                "-genkeypair",
                "-keyalg",
                "EC",
                "-storetype",
                "PKCS12",
                "-storepass",
                PASSWORD,
                "-keystore",
                store.toString(),
                "-alias",
                alias));
        command.addAll(List.of(more));
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(store.resolveSibling("keytool.log").toFile())
                .start();
        assertThat(process.waitFor(1, TimeUnit.MINUTES)).isTrue();
        assertThat(process.exitValue())
                .as(() -> read(store.resolveSibling("keytool.log")))
                .isZero();
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            return e.toString();
        }
    }

    private static String pem(String type, byte[] der) {
        return "-----BEGIN " + type + "-----\n"
                + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der)
                + "\n-----END " + type + "-----\n";
    }

    TlsSettings settings() {
        return new TlsSettings(List.of(new TlsCertificate(chain, key)), null, null, null);
    }

    /** What trusts the authority, and nobody else. */
    Transfer.Options trusted() {
        return new Transfer.Options(List.of(), 0, TlsTrust.of(authority));
    }

    /** For a server by the JDK. */
    SSLContext context() throws Exception {
        KeyStore keys = KeyStore.getInstance(store.toFile(), PASSWORD.toCharArray());
        keys.deleteEntry("ca");
        KeyManagerFactory factory = KeyManagerFactory.getInstance("SunX509");
        factory.init(keys, PASSWORD.toCharArray());
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(factory.getKeyManagers(), null, null);
        return context;
    }
}
