package sluice.server;

import org.jspecify.annotations.Nullable;

/**
 * A request, as code of the program that embeds a server sees it. Immutable.
 *
 * @param method as the client sent it: {@code GET}
 * @param path decoded and resolved, as the server looks it up, so that every spelling of a path is
 *     this one; begins with a slash. Octets that are no UTF-8 are replaced
 * @param query what follows the question mark, as the client sent it; null without one
 * @param authorization the value of the field Authorization; null if there is none or more than one
 * @param cookie the value of the first field Cookie; null if there is none
 */
public record Asked(
        String method,
        String path,
        @Nullable String query,
        @Nullable String authorization,
        @Nullable String cookie) {}
