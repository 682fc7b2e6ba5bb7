package sluice.cli;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine.Option;

import sluice.io.Cell;
import sluice.io.Copy;
import sluice.io.Copying;
import sluice.io.IdlePolicy;
import sluice.io.Machinery;
import sluice.io.Reactor;
import sluice.server.ServedFiles;

/** The flags that choose what moves the bytes of a server. */
final class MachineryOptions {
    @Option(
            names = "--model",
            paramLabel = "M",
            defaultValue = "auto",
            completionCandidates = Names.Models.class,
            description = "how to wait for sockets: ${COMPLETION-CANDIDATES}"
                    + " (${DEFAULT-VALUE}: tells what it took, and why;"
                    + " `sluice doctor` shows which run here)")
    private ModelChoice model = ModelChoice.AUTO;

    @Option(
            names = "--idle",
            paramLabel = "I",
            defaultValue = "park",
            completionCandidates = Names.IdlePolicies.class,
            description = "what the model nonblocking does when nothing happens:"
                    + " ${COMPLETION-CANDIDATES}; all but park keep a processor busy"
                    + " (${DEFAULT-VALUE})")
    private IdlePolicy idle = IdlePolicy.PARK;

    @Option(
            names = "--reactor",
            paramLabel = "R",
            defaultValue = "main-sub",
            completionCandidates = Names.Reactors.class,
            description = "how connections are spread over loops: ${COMPLETION-CANDIDATES}"
                    + " (${DEFAULT-VALUE}); blocking and virtual have no loops")
    private Reactor reactor = Reactor.MAIN_SUB;

    @Option(
            names = "--loops",
            paramLabel = "N",
            description = "sub-loops of main-sub, loops of reuse-port (one per processor), workers"
                    + " of workers (8)")
    private @Nullable Integer loops;

    @Option(
            names = "--copy",
            paramLabel = "C",
            defaultValue = "auto",
            completionCandidates = Names.Copies.class,
            description = "how files travel: ${COMPLETION-CANDIDATES} (${DEFAULT-VALUE})")
    private Copy copy = Copy.AUTO;

    @Option(
            names = "--buffer",
            paramLabel = "SIZE",
            converter = ByteSize.class,
            description = "bytes of the buffer of heap and direct, like 64K or 1M (32K)")
    private @Nullable Long buffer;

    @Option(
            names = "--cold-guard",
            paramLabel = "on|off",
            defaultValue = "on",
            description = "ask before each send if the bytes are in memory, and let others wait"
                    + " for the disk (${DEFAULT-VALUE})")
    private OnOff coldGuard = OnOff.ON;

    /**
     * What was chosen.
     *
     * @throws IllegalArgumentException for a number that cannot be
     */
    Machinery machinery() {
        Machinery chosen = Machinery.defaults()
                .withCell(new Cell(model.model(), copy))
                .withReactor(reactor)
                .withIdle(idle)
                .withCopying(copying());
        return loops == null ? chosen : chosen.withLoops(loops);
    }

    private Copying copying() {
        Copying copying = Copying.defaults().withColdGuard(coldGuard == OnOff.ON);
        // What no int holds is too much as well: it says so itself.
        return buffer == null
                ? copying
                : copying.withBuffer((int) Math.min(Integer.MAX_VALUE, buffer));
    }

    /** Why this model was taken, if nobody named one; begins with a punctuation mark. */
    String reason() {
        return model.reason();
    }

    /** Whoever asks for a path by name gets that, whatever was measured. */
    Calibration.Choice measured() {
        return copy == Copy.AUTO
                ? Calibration.choose(Calibration.file(), Machine.here())
                : new Calibration.Choice(ServedFiles.MEMORY_UP_TO, "");
    }
}
