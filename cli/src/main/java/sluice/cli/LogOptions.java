package sluice.cli;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

import sluice.server.AccessLog;
import sluice.server.AccessLogField;
import sluice.server.AccessLogForm;
import sluice.server.AccessLogFormat;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.util.List;

/** Options for the access log. */
final class LogOptions {
    private static final String STDOUT = "-";

    @Option(
            names = "--access-log",
            paramLabel = "FILE|-",
            description = "write a line per response; SIGHUP and SIGUSR1 reopen the file. - is"
                    + " stdout, which then has nothing else")
    private @Nullable String accessLog;

    @Option(
            names = "--access-log-format",
            paramLabel = "FORMAT",
            defaultValue = "json",
            completionCandidates = Names.LogFormats.class,
            description = "form of these lines: ${COMPLETION-CANDIDATES}; json also says how the"
                    + " body was sent (default: ${DEFAULT-VALUE})")
    private AccessLogFormat format = AccessLogFormat.JSON;

    @Option(
            names = "--access-log-fields",
            paramLabel = "NAME",
            split = ",",
            description = "fields of a line in json, in this order, with commas between them"
                    + " (default: all that docs/copy-paths.md lists)")
    private List<AccessLogField> fields = List.of();

    @Option(
            names = "--access-log-rotate",
            paramLabel = "SIZE",
            converter = ByteSize.class,
            description = "rename FILE to FILE.1 when it has so many bytes, as 100M, and begin"
                    + " another (default: never; logrotate may do it)")
    private @Nullable Long rotateAt;

    @Option(
            names = "--access-log-keep",
            paramLabel = "N",
            description = "how many renamed files stay (default: " + AccessLogForm.KEEP + ")")
    private @Nullable Integer keep;

    /** Whether stdout belongs to the access log alone. */
    boolean toStdout() {
        return STDOUT.equals(accessLog);
    }

    /**
     * How it is written.
     *
     * @throws IllegalArgumentException if that cannot be
     */
    AccessLogForm form() {
        if (!fields.isEmpty() && format != AccessLogFormat.JSON) {
            throw new IllegalArgumentException("--access-log-fields has no effect with"
                    + " --access-log-format " + format.label() + ", which has its own");
        }
        if (rotateAt != null && toStdout()) {
            throw new IllegalArgumentException(
                    "--access-log-rotate has no effect with --access-log -: stdout has no name");
        }
        AccessLogForm form = AccessLogForm.of(format);
        if (!fields.isEmpty()) {
            form = form.withFields(fields);
        }
        return rotateAt == null
                ? form
                : form.withRotation(rotateAt, keep == null ? AccessLogForm.KEEP : keep);
    }

    /** Lets a sandbox write it. */
    void allow(Sandbox sandbox) {
        if (accessLog != null && !toStdout()) {
            sandbox.log(Arguments.path(accessLog));
        }
    }

    /** The access log; null if there is none. */
    @Nullable
    AccessLog open() throws IOException {
        if (accessLog == null) {
            return null;
        }
        if (toStdout()) {
            return AccessLog.to(new FileOutputStream(FileDescriptor.out).getChannel(), form());
        }
        try {
            return AccessLog.to(Arguments.path(accessLog), form());
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
