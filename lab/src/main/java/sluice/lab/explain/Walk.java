package sluice.lab.explain;

import org.jspecify.annotations.Nullable;

import sluice.client.HttpUrl;
import sluice.http.Status;
import sluice.io.CopyMode;
import sluice.lab.LabResults;
import sluice.lab.MachineFigures;

import java.util.Locale;

/**
 * The walk of one answer, in words. What the server did not tell is said to be unknown, with what
 * would tell it.
 */
public final class Walk {
    private static final int WIDTH = 80;
    /** Where the text of each step begins. */
    private static final String MARGIN = " ".repeat(14);

    private final HttpUrl url;
    private final Answered answer;
    private final @Nullable Told told;
    private final @Nullable OnDisk disk;
    private final boolean hasLog;
    private final @Nullable LoggedAnswer logged;
    private final MachineFigures machine;
    private final StringBuilder text = new StringBuilder();

    /**
     * @param disk what the served folder says, or null if it is not known
     * @param hasLog whether the server's access log is known
     * @param logged what that says of the answer, or null if it says nothing
     */
    public Walk(
            HttpUrl url,
            Answered answer,
            @Nullable OnDisk disk,
            boolean hasLog,
            @Nullable LoggedAnswer logged,
            MachineFigures machine) {
        this.url = url;
        this.answer = answer;
        told = Told.of(answer);
        this.disk = disk;
        this.hasLog = hasLog;
        this.logged = logged;
        this.machine = machine;
    }

    /** All steps, at most 80 columns wide. */
    public String text() {
        text.append(url).append('\n');
        step(
                "answer",
                answer.status() + " " + Status.reason(answer.status()) + ": head of "
                        + Words.bytes(answer.head()) + " after " + Words.millis(answer.headNanos())
                        + ", body of " + Words.bytes(answer.body()) + " after "
                        + Words.millis(answer.nanos()) + ", as this client saw it");
        step("name", name());
        step("variant", variant());
        step("in memory", memory());
        if (told == null) {
            step(
                    "copy path",
                    "not told. A Sluice that was started with --explain tells it; another server"
                            + " does not.");
        } else {
            step("waits by", told.model() + " ('sluice explain " + told.model() + "' draws it)");
            step("copy path", told.copy() + ": " + why(told));
            if (!machine.fromMemory().isEmpty()) {
                step("threshold", machine.fromMemory());
            }
            step("bytes", bytes(told));
        }
        step("calls", calls());
        step("CPU time", cpu());
        others();
        return text.toString();
    }

    private void step(String label, String words) {
        StringBuilder line = new StringBuilder(
                String.format(Locale.ROOT, "  %-" + (MARGIN.length() - 2) + "s", label));
        boolean empty = true;
        for (String word : Words.safe(words).split(" ", -1)) {
            if (!empty && line.length() + 1 + word.length() > WIDTH) {
                text.append(line).append('\n');
                line = new StringBuilder(MARGIN);
                empty = true;
            }
            line.append(empty ? "" : " ").append(word);
            empty = false;
        }
        text.append(line).append('\n');
    }

    private String name() {
        String local = disk == null
                ? ". With --root DIR, the served folder, the file is named here."
                : "; in the served folder: " + disk.name();
        if (told == null || told.lookupMillis() == null) {
            return "how it was looked up is not told" + local;
        }
        return (told.byWorker()
                        ? "a worker looked it up, because that might have blocked the loop. It took"
                                + " "
                        : "the loop found it without a worker, in the server's cache or the"
                                + " kernel's. It took ")
                + told.lookupMillis() + " ms" + local;
    }

    private String variant() {
        String coding = answer.field("content-encoding");
        boolean coded = !coding.isEmpty() && !coding.equals("identity");
        String type = answer.field("content-type");
        StringBuilder words = new StringBuilder(coded ? coding : uncoded());
        words.append(type.isEmpty() ? "" : " (" + type + ")").append(": the client takes ");
        words.append(answer.coding());
        if (coded) {
            words.append(", and the server has it so");
        } else if (answer.field("vary").toLowerCase(Locale.ROOT).contains("accept-encoding")) {
            words.append(", and the server has none of these, or not yet");
        } else {
            words.append(", and the server offers no compressed form of it");
        }
        if (disk != null) {
            words.append(
                    disk.siblings().isEmpty()
                            ? "; beside the file there is no compressed one"
                            : "; beside the file there are: " + String.join("; ", disk.siblings()));
        }
        return words.toString();
    }

    private String uncoded() {
        return answer.status() >= Status.BAD_REQUEST
                ? "an error page of the server"
                : "as the file is";
    }

    private String memory() {
        String cold = told == null
                ? ""
                : switch (told.cold()) {
                    case "never" -> "; the server sends bytes that it holds";
                    case "guarded" -> "; a worker reads what is not, and the loop goes on";
                    default -> "; the thread waits for the disk if they are not";
                };
        if (disk == null) {
            return "unknown: --root DIR, the served folder, tells it" + cold;
        }
        return (disk.memory().isEmpty() ? "there is no file" : disk.memory()) + cold;
    }

    /** The client cannot know whether {@code auto} chose: both are said. */
    private String why(Told way) {
        long body = way.kernel() + way.user();
        boolean small = body <= CopyMode.COPIED_MAX;
        String copied = "up to " + CopyMode.COPIED_MAX + " bytes auto copies: that costs no more,"
                + " and copied bytes cannot change";
        if (!way.tls().isEmpty() && !way.copy().equals("memory")) {
            return "the bytes have to be encrypted (TLS by " + way.tls() + "), so they are read"
                    + " into a buffer and leave from there";
        }
        return switch (way.copy()) {
            case "memory" ->
                "the body is made or kept by the server (a small file, a listing, an error)";
            case "direct" ->
                small
                        ? copied
                        : "chosen by --copy direct, or the file system refuses the better ones: the"
                                + " server's stderr says so";
            case "sendfile", "transfer-to" ->
                small
                        ? "chosen by --copy " + way.copy() + "; " + copied
                        : "for more than " + CopyMode.COPIED_MAX + " bytes auto lets the kernel"
                                + " move them: no copy by the processor";
            default -> "chosen by --copy " + way.copy();
        };
    }

    private String bytes(Told way) {
        String planned = way.kernel() + " by the kernel alone, " + way.user()
                + " through user space, says the head";
        if (logged == null) {
            return planned;
        }
        String after = logged.number("kernel_bytes") + " and " + logged.number("user_bytes")
                + " in the end, says the log";
        String fallback = logged.text("fallback_reason");
        return planned + "; " + after
                + (fallback.isEmpty() ? "" : ". Some took another way: " + fallback);
    }

    private String unlogged() {
        return hasLog
                ? "not told: the log has no line of this answer. Is it this server's, and in JSON?"
                : "not told: a server that writes --access-log FILE tells it, with --log FILE here";
    }

    private String calls() {
        if (logged == null) {
            return unlogged();
        }
        return logged.number("system_calls") + " to read and send the bytes, "
                + logged.number("cold_parts") + " reads by a worker, "
                + logged.number("cold_stalls") + " sends that waited for the disk";
    }

    private String cpu() {
        if (logged == null) {
            return unlogged();
        }
        String rest = "; " + logged.number("duration_us") + " us passed from the request to the"
                + " last byte in the kernel's hands";
        return Double.isNaN(logged.cpu())
                ? "not known under this model: other threads move the bytes" + rest
                : logged.cpu() + " us of the loop's thread" + rest;
    }

    private void others() {
        LabResults results = machine.results();
        if (results == null) {
            step("other paths", "no figures of this machine: 'sluice lab --only copy' measures");
            return;
        }
        String model = told == null || told.model().isEmpty() ? "epoll" : told.model();
        Figures.Paths paths = Figures.otherPaths(results, model, Math.max(1, answer.body()));
        String source = Figures.day(results) + Figures.source(machine);
        if (paths.lines().isEmpty()) {
            step(
                    "other paths",
                    "the lab has measured none "
                            + (paths.leftOut().isEmpty() ? "" : "that can be trusted ") + "with "
                            + model + " and a body of about this size (" + source + ")");
        } else {
            step(
                    "other paths",
                    "CPU time per request on this machine with " + model + " (job " + paths.job()
                            + " of sluice lab, " + source + paths.noise() + ")");
            paths.lines().forEach(path -> text.append(MARGIN).append(path).append('\n'));
        }
        if (!paths.leftOut().isEmpty()) {
            step("", paths.leftOut());
        }
    }
}
