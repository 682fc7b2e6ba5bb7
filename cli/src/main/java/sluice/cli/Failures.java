package sluice.cli;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;

/** What went wrong, in words for the person at the keyboard. */
final class Failures {
    private Failures() {}

    static String inWords(IOException failure) {
        return switch (failure) {
            case NoSuchFileException e -> "there is no directory " + e.getFile();
            case NotDirectoryException e -> e.getFile() + " is a file, not a directory";
            case AccessDeniedException e -> "no permission to read " + e.getFile();
            default -> String.valueOf(failure.getMessage());
        };
    }
}
