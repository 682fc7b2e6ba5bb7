package sluice.server;

import org.jspecify.annotations.Nullable;

import sluice.io.Block;
import sluice.io.CopyMode;

import java.nio.file.Path;

/**
 * Which files are served, and how: {@code ServedFiles.in(directory).withListing(false)}.
 *
 * @param root the directory to serve
 * @param listing whether a directory without index.html is listed
 * @param dotfiles whether names that begin with a dot are served and listed
 * @param symlinks which symbolic links are followed
 * @param explain whether each answer tells its path in a {@code Sluice-Path} field
 * @param memoryUpTo size of the largest file that {@link CopyMode#AUTO} sends from memory, head and
 *     body at once; 0 for none
 * @param compressedIn a directory of the server's own, where it keeps what it compressed, once and
 *     in the background; null if it compresses nothing (siblings like {@code app.js.br} are served
 *     in any case)
 * @param uploads how far clients may change files; null if they may not
 */
public record ServedFiles(
        Path root,
        boolean listing,
        boolean dotfiles,
        SymlinkPolicy symlinks,
        boolean explain,
        int memoryUpTo,
        @Nullable Path compressedIn,
        @Nullable Uploads uploads) {
    /** What {@code memoryUpTo} is if nobody has measured: `sluice doctor --calibrate` does. */
    public static final int MEMORY_UP_TO = Block.SIZE / 2;

    /** What it can be: one block takes a file from memory and its head, of less than a kilobyte. */
    public static final int MEMORY_UP_TO_MAX = Block.SIZE - 2 * 1_024;

    /**
     * @throws IllegalArgumentException for a {@code memoryUpTo} that no answer can have
     */
    public ServedFiles {
        if (memoryUpTo < 0 || memoryUpTo > MEMORY_UP_TO_MAX) {
            throw new IllegalArgumentException(
                    "memoryUpTo must be between 0 and " + MEMORY_UP_TO_MAX + ", not " + memoryUpTo);
        }
    }

    /** What suits most: listed, without dotfiles, links that stay inside, and nothing changed. */
    public static ServedFiles in(Path root) {
        return new ServedFiles(
                root, true, false, SymlinkPolicy.INSIDE, false, MEMORY_UP_TO, null, null);
    }

    /** The same of another directory. */
    public ServedFiles withRoot(Path directory) {
        return new ServedFiles(
                directory, listing, dotfiles, symlinks, explain, memoryUpTo, compressedIn, uploads);
    }

    /** The same with directories listed, or not. */
    public ServedFiles withListing(boolean on) {
        return new ServedFiles(
                root, on, dotfiles, symlinks, explain, memoryUpTo, compressedIn, uploads);
    }

    /** The same with names that begin with a dot, or without. */
    public ServedFiles withDotfiles(boolean on) {
        return new ServedFiles(
                root, listing, on, symlinks, explain, memoryUpTo, compressedIn, uploads);
    }

    /** The same following other symbolic links. */
    public ServedFiles withSymlinks(SymlinkPolicy policy) {
        return new ServedFiles(
                root, listing, dotfiles, policy, explain, memoryUpTo, compressedIn, uploads);
    }

    /** The same with answers that tell their path, or do not. */
    public ServedFiles withExplain(boolean on) {
        return new ServedFiles(
                root, listing, dotfiles, symlinks, on, memoryUpTo, compressedIn, uploads);
    }

    /**
     * The same with bigger or fewer files sent from memory.
     *
     * @throws IllegalArgumentException for less than 0 or more than {@link #MEMORY_UP_TO_MAX}
     */
    public ServedFiles withMemoryUpTo(int bytes) {
        return new ServedFiles(
                root, listing, dotfiles, symlinks, explain, bytes, compressedIn, uploads);
    }

    /** The same, compressing what is worth it into this directory; null compresses nothing. */
    public ServedFiles withCompressedIn(@Nullable Path directory) {
        return new ServedFiles(
                root, listing, dotfiles, symlinks, explain, memoryUpTo, directory, uploads);
    }

    /** The same, with clients that may change files; null if they may not. */
    public ServedFiles withUploads(@Nullable Uploads bounds) {
        return new ServedFiles(
                root, listing, dotfiles, symlinks, explain, memoryUpTo, compressedIn, bounds);
    }
}
