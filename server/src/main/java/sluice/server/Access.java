package sluice.server;

import java.util.regex.Pattern;

/**
 * Who may use a site: whoever has a password (RFC 7617). Without TLS anybody on the way can read
 * it.
 *
 * @param realm what a browser calls the site when it asks its user
 * @param passwords knows them
 */
public record Access(String realm, PasswordCheck passwords) {
    /** Inside of a quoted string of a field: printable, and no quote or backslash. */
    private static final Pattern REALM = Pattern.compile("[ !#-\\[\\]-~]{1,100}");

    /**
     * @throws IllegalArgumentException if the realm has other characters than printable ASCII, or a
     *     quote or a backslash
     */
    public Access {
        if (!REALM.matcher(realm).matches()) {
            throw new IllegalArgumentException("a realm is 1 to 100 characters of ASCII without"
                    + " quotes and backslashes: '" + realm + "'");
        }
    }
}
