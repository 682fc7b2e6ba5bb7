package sluice.server;

/** Knows passwords. Several threads call it. */
@FunctionalInterface
public interface PasswordCheck {
    /**
     * Whether this is the password of this user. A worker calls it, so it may take a while; what it
     * has accepted is not asked again for some minutes. It should take as long for a user that it
     * does not know.
     *
     * @param password its octets in UTF-8, as the client sent them
     */
    boolean accepts(String user, byte[] password);
}
