package sluice.cli;

import java.io.IOException;
import java.net.UnknownHostException;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Error messages for the user. */
final class Failures {
    private Failures() {}

    /** The message of a failure, followed by those of failures during cleaning up. */
    static String inWords(IOException failure) {
        return words(failure) + cleaningUp(failure);
    }

    /** The messages of failures during cleaning up; empty if there were none. */
    static String cleaningUp(Throwable failure) {
        return Stream.of(failure.getSuppressed())
                .map(also -> "; cleaning up failed, too: "
                        + (also instanceof IOException e ? words(e) : also))
                .collect(Collectors.joining());
    }

    private static String words(IOException failure) {
        return switch (failure) {
            case NoSuchFileException e -> e.getFile() + " does not exist";
            case NotDirectoryException e -> e.getFile() + " is a file, not a directory";
            case AccessDeniedException e -> "no permission to read " + e.getFile();
            case FileAlreadyExistsException e
            when e.getReason() == null -> e.getFile() + " already exists";
            case DirectoryNotEmptyException e -> e.getFile() + " is not empty";
            case UnknownHostException e -> "no address is known for host " + e.getMessage();
            default -> {
                String message = failure.getMessage();
                yield message == null ? name(failure) : message;
            }
        };
    }

    /** A few have a name only: ClosedChannelException is a closed channel. */
    private static String name(IOException failure) {
        return failure.getClass()
                .getSimpleName()
                .replaceFirst("Exception$", "")
                .replaceAll("(?<=[a-z])(?=[A-Z])", " ")
                .toLowerCase(Locale.ROOT);
    }
}
