package sluice.cli;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

import sluice.server.AccessLog;
import sluice.server.AccessLogFormat;

import java.io.Console;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.util.List;

/** Options for what the server tells of its work. */
final class TellingOptions {
    private static final String STDOUT = "-";
    /** Rows that must stay beside a QR code: its address, and the live line below. */
    private static final int ROWS_BESIDE = 2;

    @Option(
            names = "--explain",
            description =
                    "add Sluice-Path and Server-Timing response headers that say how the body will"
                            + " be sent, and how long the lookup took")
    private boolean explain;

    @Option(
            names = "--access-log",
            paramLabel = "FILE|-",
            description = "write a line per response; SIGUSR1 reopens the file. - is stdout, which"
                    + " then has nothing else")
    private @Nullable String accessLog;

    @Option(
            names = "--access-log-format",
            paramLabel = "FORMAT",
            defaultValue = "json",
            completionCandidates = Names.LogFormats.class,
            description = "form of these lines: ${COMPLETION-CANDIDATES}; json also says how the"
                    + " body was sent (default: ${DEFAULT-VALUE})")
    private AccessLogFormat format = AccessLogFormat.JSON;

    @Option(names = "--quiet", description = "draw no live line and no QR code on a terminal")
    private boolean quiet;

    boolean explains() {
        return explain;
    }

    /** Whether stdout is a terminal that the user lets us draw on. */
    boolean drawsOnTerminal() {
        Console console = System.console();
        return !quiet && !logsToStdout() && console != null && console.isTerminal();
    }

    /** A QR code for the terminal that gets the addresses; no lines if there is none to draw on. */
    List<String> drawing(String address) {
        int terminal = logsToStdout() ? Terminal.STDERR : Terminal.STDOUT;
        return quiet
                ? List.of()
                : QrLines.of(
                        address, Terminal.columns(terminal), Terminal.rows(terminal) - ROWS_BESIDE);
    }

    /** Whether stdout belongs to the access log alone. */
    boolean logsToStdout() {
        return STDOUT.equals(accessLog);
    }

    /** The access log; null if there is none. */
    @Nullable
    AccessLog openLog() throws IOException {
        if (accessLog == null) {
            return null;
        }
        if (logsToStdout()) {
            return AccessLog.to(new FileOutputStream(FileDescriptor.out).getChannel(), format);
        }
        try {
            return AccessLog.to(Arguments.path(accessLog), format);
        } catch (NoSuchFileException e) {
            throw refused("the directory of " + accessLog + " does not exist", e);
        } catch (AccessDeniedException e) {
            throw refused("no permission to write " + accessLog, e);
        } catch (IOException e) {
            throw refused(Failures.inWords(e), e);
        } catch (InvalidPathException | TypeConversionException e) {
            throw refused(String.valueOf(e.getMessage()), e);
        }
    }

    private static IOException refused(String reason, Exception cause) {
        return new IOException("cannot write the access log: " + reason, cause);
    }
}
