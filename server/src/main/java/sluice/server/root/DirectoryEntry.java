package sluice.server.root;

/**
 * One name in a directory that can be opened by it.
 *
 * @param name its bytes as on disk, in whatever encoding; not copied, not to be changed
 * @param kind REGULAR or DIRECTORY, for a symbolic link that of its target
 * @param size bytes; what a directory says means nothing
 * @param mtimeSeconds last change, seconds since 1970
 */
public record DirectoryEntry(byte[] name, FileKind kind, long size, long mtimeSeconds) {}
