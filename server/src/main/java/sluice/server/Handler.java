package sluice.server;

import java.util.function.Function;

/**
 * A function that answers GET and HEAD at some paths, in place of files: a version, a state of
 * health, settings for a page.
 *
 * @param paths whose files it hides
 * @param answers loops call it, several at the same time, and once or twice for a request: it takes
 *     microseconds, and does not wait for another thread or machine. An exception ends the
 *     connection
 */
public record Handler(PathPattern paths, Function<Asked, Answer> answers) {}
