package sluice.cli;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine.Option;

import sluice.io.Cell;
import sluice.io.CopyMode;
import sluice.io.CopyOptions;
import sluice.io.IdlePolicy;
import sluice.io.Machinery;
import sluice.io.Reactor;
import sluice.server.ServedFiles;

/** Options that choose I/O model, reactor design and copy path. */
final class MachineryOptions {
    @Option(
            names = "--model",
            paramLabel = "MODEL",
            defaultValue = "auto",
            completionCandidates = Names.Models.class,
            description = "I/O model, i.e. how to wait for sockets: ${COMPLETION-CANDIDATES}"
                    + " (default: ${DEFAULT-VALUE}, which reports its choice and the reason;"
                    + " `sluice doctor` shows which models run here)")
    private ModelChoice model = ModelChoice.AUTO;

    @Option(
            names = "--idle",
            paramLabel = "POLICY",
            defaultValue = "park",
            completionCandidates = Names.IdlePolicies.class,
            description = "what model nonblocking does while no socket is ready:"
                    + " ${COMPLETION-CANDIDATES}; all but park keep a processor busy"
                    + " (default: ${DEFAULT-VALUE})")
    private IdlePolicy idle = IdlePolicy.PARK;

    @Option(
            names = "--reactor",
            paramLabel = "DESIGN",
            defaultValue = "main-sub",
            completionCandidates = Names.Reactors.class,
            description =
                    "how connections are distributed over event loops: ${COMPLETION-CANDIDATES}"
                            + " (default: ${DEFAULT-VALUE}); models blocking and virtual have no"
                            + " loops")
    private Reactor reactor = Reactor.MAIN_SUB;

    @Option(
            names = "--loops",
            paramLabel = "N",
            description = "number of sub-loops (main-sub) or loops (reuse-port; default: one per"
                + " processor), or of worker threads (workers; default: 8); at most 1024, and what"
                + " memory and threads of the process allow")
    private @Nullable Integer loops;

    @Option(
            names = "--copy",
            paramLabel = "PATH",
            defaultValue = "auto",
            completionCandidates = Names.Copies.class,
            description = "copy path, i.e. how files get to the socket: ${COMPLETION-CANDIDATES}"
                    + " (default: ${DEFAULT-VALUE})")
    private CopyMode copy = CopyMode.AUTO;

    @Option(
            names = "--buffer",
            paramLabel = "SIZE",
            converter = ByteSize.class,
            description =
                    "buffer size of copy paths heap and direct, e.g. 64K or 1M (default: 32K)")
    private @Nullable Long buffer;

    @Option(
            names = "--cold-guard",
            paramLabel = "on|off",
            defaultValue = "on",
            description =
                    "check before each send that the bytes are in memory, and have worker threads"
                            + " read missing bytes from the disk (default: ${DEFAULT-VALUE})")
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

    private CopyOptions copying() {
        CopyOptions copying = CopyOptions.defaults().withColdGuard(coldGuard == OnOff.ON);
        // What no int holds is too much as well: it says so itself.
        return buffer == null
                ? copying
                : copying.withBuffer((int) Math.min(Integer.MAX_VALUE, buffer));
    }

    /** Why auto chose this model; empty if the user named it. Begins with a punctuation mark. */
    String reason() {
        return model.reason();
    }

    /** What was measured; it does not apply if the user named a copy path. */
    Calibration.Choice measured() {
        return copy == CopyMode.AUTO
                ? Calibration.choose(Calibration.file(), Machine.here())
                : new Calibration.Choice(ServedFiles.MEMORY_UP_TO, "");
    }
}
