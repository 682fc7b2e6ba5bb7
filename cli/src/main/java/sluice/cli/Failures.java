package sluice.cli;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What went wrong, in words for the person at the keyboard. */
final class Failures {
    private Failures() {}

    /** Of what failed, and of what failed when it was cleaned up after. */
    static String inWords(IOException failure) {
        return words(failure) + cleaningUp(failure);
    }

    /** Nothing if there was nothing to clean up, or it could be. */
    static String cleaningUp(Throwable failure) {
        return Stream.of(failure.getSuppressed())
                .map(also -> "; and then: " + (also instanceof IOException e ? words(e) : also))
                .collect(Collectors.joining());
    }

    private static String words(IOException failure) {
        return switch (failure) {
            case NoSuchFileException e -> "there is no " + e.getFile();
            case NotDirectoryException e -> e.getFile() + " is a file, not a directory";
            case AccessDeniedException e -> "no permission to read " + e.getFile();
            default -> String.valueOf(failure.getMessage());
        };
    }
}
