package sluice.server.root;

/**
 * A name in a directory that a request can open.
 *
 * @param name the bytes on disk, in any encoding; not copied, so callers must not change them
 * @param kind REGULAR or DIRECTORY; for a symbolic link the kind of its target
 * @param size in bytes; the size of a directory means nothing
 * @param mtimeSeconds last change of the content, seconds since 1970
 */
public record DirectoryEntry(byte[] name, FileKind kind, long size, long mtimeSeconds) {}
