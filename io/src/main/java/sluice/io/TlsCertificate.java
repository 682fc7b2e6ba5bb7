package sluice.io;

import java.nio.file.Path;

/**
 * The files of a certificate, in PEM.
 *
 * @param chain the server's certificate, then those of its issuers
 * @param key the private key, without a passphrase
 */
public record TlsCertificate(Path chain, Path key) {}
