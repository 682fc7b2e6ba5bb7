package sluice.cli;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine.ParseResult;

import sluice.io.Cell;
import sluice.io.CopyMode;
import sluice.io.Listen;
import sluice.io.Machinery;
import sluice.io.Model;
import sluice.io.Reactor;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Map;
import java.util.TreeMap;

/**
 * Options that would change nothing together with the others. They are refused: who gives one
 * expects something of it, and in a measurement would believe it.
 */
final class NoEffect {
    /** Options, and those that they need. */
    private static final Map<String, String> NEEDED = new TreeMap<>(Map.ofEntries(
            Map.entry("--compress-cache", "--compress"),
            Map.entry("--max-upload", "--writable"),
            Map.entry("--max-unfinished", "--writable"),
            Map.entry("--access-log-format", "--access-log"),
            Map.entry("--access-log-fields", "--access-log"),
            Map.entry("--access-log-rotate", "--access-log"),
            Map.entry("--access-log-keep", "--access-log-rotate"),
            Map.entry("--admin-anywhere", "--admin"),
            Map.entry("--take-over", "--control"),
            Map.entry("--forwarded-field", "--trust-forwarded"),
            Map.entry("--tier-max", "--tier"),
            Map.entry("--tier-fresh", "--tier"),
            Map.entry("--tier-stale", "--tier")));

    private final ParseResult given;

    private NoEffect(ParseResult given) {
        this.given = given;
    }

    /** The first of these that was given to {@code serve}, and why; null if there is none. */
    static @Nullable String refusal(ParseResult given, Machinery machinery, String host) {
        NoEffect rules = new NoEffect(given);
        String refusal = rules.ofMachinery(machinery);
        for (Map.Entry<String, String> pair : NEEDED.entrySet()) {
            if (refusal == null) {
                refusal = rules.needs(pair.getKey(), pair.getValue());
            }
        }
        return refusal == null ? rules.ofHost(host) : refusal;
    }

    /** The same of two options of any command. */
    static @Nullable String refusal(ParseResult given, String option, String needed) {
        return new NoEffect(given).needs(option, needed);
    }

    private @Nullable String needs(String option, String needed) {
        return isGiven(option) && !isGiven(needed)
                ? option + " has no effect without " + needed
                : null;
    }

    private @Nullable String ofMachinery(Machinery machinery) {
        Cell cell = machinery.cell();
        String model = "model " + cell.model().label();
        if (isGiven("--idle") && cell.model() != Model.NONBLOCKING) {
            return "--idle has no effect with " + model
                    + ", which waits in the kernel; add --model nonblocking";
        }
        if (cell.hasThreads()) {
            for (String option : new String[] {"--reactor", "--loops"}) {
                if (isGiven(option)) {
                    return option + " has no effect with " + model
                            + ", which has a thread per connection and no loops";
                }
            }
            if (isGiven("--cold-guard")) {
                return "--cold-guard has no effect with " + model
                        + ": a thread that waits for the disk delays its own connection only";
            }
        }
        if (isGiven("--loops") && machinery.reactor() == Reactor.SINGLE) {
            return "--loops has no effect with --reactor single, which has one loop";
        }
        // What cannot run at all is refused with that reason later.
        if (isGiven("--buffer") && cell.isPossible() && cell.refusal() == null) {
            CopyMode copy = cell.effectiveCopy();
            if (copy != CopyMode.HEAP && copy != CopyMode.DIRECT) {
                return "--buffer has no effect with copy path " + copy.label()
                        + "; add --copy direct or --copy heap";
            }
        }
        return null;
    }

    /** Which names a server has that other machines reach, it cannot know. */
    private @Nullable String ofHost(String host) {
        if (host.startsWith(Listen.UNIX)) {
            return isGiven("--port")
                    ? "--port has no effect with --host " + host + ": a Unix socket has no port"
                    : null;
        }
        if (!isGiven("--allow-host")) {
            return null;
        }
        try {
            return InetAddress.getByName(host).isLoopbackAddress()
                    ? null
                    : "--allow-host has no effect with --host " + host
                            + ": a server that other machines reach answers to every name";
        } catch (UnknownHostException e) {
            // The server says so when it starts.
            return null;
        }
    }

    private boolean isGiven(String option) {
        return given.hasMatchedOption(option);
    }
}
