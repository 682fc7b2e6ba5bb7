package sluice.server.listing;

import org.jspecify.annotations.Nullable;

import sluice.http.ChosenTypes;
import sluice.http.ContentCoding;
import sluice.server.root.DirectoryEntries;
import sluice.server.root.DirectoryEntry;
import sluice.server.root.FileKind;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A directory to be listed.
 *
 * @param writable whether clients may upload to it
 * @param siblings whether {@code app.js.br} is sent for {@code app.js}, so that nobody has to ask
 *     for it
 * @param types of files, as the server tells them without looking at their content
 */
public record Folder(
        DirectoryEntries directory,
        boolean writable,
        boolean siblings,
        ChosenTypes types,
        @Nullable Readme readme) {

    /**
     * The entries that are others in another coding, by identity. A page does not show them to
     * people; it links them all the same, for programs that copy the tree.
     */
    Set<DirectoryEntry> copies() {
        List<DirectoryEntry> all = directory.entries();
        Set<DirectoryEntry> copies = Collections.newSetFromMap(new IdentityHashMap<>());
        if (siblings && all.stream().anyMatch(entry -> suffix(entry) > 0)) {
            Map<ByteBuffer, DirectoryEntry> files = new HashMap<>();
            for (DirectoryEntry entry : all) {
                if (entry.kind() == FileKind.REGULAR) {
                    files.put(ByteBuffer.wrap(entry.name()), entry);
                }
            }
            all.stream().filter(entry -> isCopy(entry, files)).forEach(copies::add);
        }
        return copies;
    }

    private static boolean isCopy(DirectoryEntry entry, Map<ByteBuffer, DirectoryEntry> files) {
        int suffix = suffix(entry);
        if (suffix == 0) {
            return false;
        }
        byte[] name = entry.name();
        DirectoryEntry source = files.get(ByteBuffer.wrap(name, 0, name.length - suffix));
        // An older one was made of another version: the server does not send it.
        return source != null && entry.mtimeSeconds() >= source.mtimeSeconds();
    }

    /** Length of the suffix of a file in a coding; 0 for any other entry. */
    private static int suffix(DirectoryEntry entry) {
        if (entry.kind() == FileKind.REGULAR) {
            for (ContentCoding coding : ContentCoding.values()) {
                int length = coding.suffix().length();
                if (length > 0 && endsWith(entry.name(), coding.suffix())) {
                    return length;
                }
            }
        }
        return 0;
    }

    private static boolean endsWith(byte[] name, String suffix) {
        int from = name.length - suffix.length();
        return from > 0
                && new String(name, from, suffix.length(), StandardCharsets.ISO_8859_1)
                        .equals(suffix);
    }
}
