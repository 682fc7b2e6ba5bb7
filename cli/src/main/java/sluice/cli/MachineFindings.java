package sluice.cli;

import sluice.io.Cell;
import sluice.io.CopyMode;
import sluice.io.Model;
import sluice.linux.OpenSsl;
import sluice.linux.Probe;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What the kernel and the JDK of this machine can do. */
final class MachineFindings {
    private static final String MACHINE = "Machine";
    private static final String KERNEL = "Kernel features";
    private static final String MODELS = "Models and their copy paths (--model, --copy)";
    private static final String COPIES = "Copy paths and their sockets";

    private MachineFindings() {}

    static List<Finding> all() {
        List<Finding> found = new ArrayList<>(machine());
        Probe.run().features().forEach(feature -> found.add(feature(feature)));
        found.add(tls());
        found.add(kernelTls(Path.of("/proc/sys/net/ipv4/tcp_available_ulp")));
        Stream.of(Model.values()).map(MachineFindings::model).forEach(found::add);
        for (CopyMode copy : CopyMode.values()) {
            found.add(Finding.info(COPIES, copy.label(), copy.socketsInWords()));
        }
        return found;
    }

    private static List<Finding> machine() {
        Calibration.Choice auto = Calibration.choose(Calibration.file(), Machine.here());
        return List.of(
                Finding.info(MACHINE, "Java", String.valueOf(Runtime.version())),
                Finding.info(
                        MACHINE,
                        "system",
                        System.getProperty("os.name") + " " + System.getProperty("os.version") + " "
                                + System.getProperty("os.arch")),
                Finding.info(
                        MACHINE,
                        "from memory",
                        "auto sends files from memory up to " + auto.memoryUpTo() + " bytes"
                                + (auto.words().isEmpty()
                                        ? " (built in; --calibrate measures this machine)"
                                        : auto.words())));
    }

    private static Finding tls() {
        String refusal = OpenSsl.refusal();
        return refusal == null
                ? Finding.ok(MACHINE, "TLS", OpenSsl.version())
                : Finding.note(MACHINE, "TLS", "jdk", "the JDK encrypts: " + refusal);
    }

    /** Protocols that a socket can hand to the kernel: tls, if its module is loaded. */
    static Finding kernelTls(Path ulps) {
        String name = "kernel TLS";
        String found;
        try {
            found = Files.readString(ulps).strip();
        } catch (IOException e) {
            return Finding.note(MACHINE, name, "no", "the kernel does not tell: " + e.getMessage());
        }
        return List.of(found.split("\\s+")).contains("tls")
                ? Finding.info(MACHINE, name, "the kernel has it; Sluice does not use it")
                : Finding.note(
                        MACHINE,
                        name,
                        "no",
                        "module tls is not loaded or not built (" + ulps + ": " + found
                                + "); Sluice does not use it");
    }

    private static Finding feature(Probe.Feature feature) {
        return feature.available()
                ? Finding.ok(KERNEL, feature.name(), feature.detail())
                : Finding.note(KERNEL, feature.name(), "no", feature.detail());
    }

    /** The copy paths that run with a model; without any, the reason. */
    private static Finding model(Model model) {
        String copies = Stream.of(CopyMode.values())
                .filter(copy -> new Cell(model, copy).refusal() == null)
                .map(CopyMode::label)
                .collect(Collectors.joining(" "));
        String refusal = new Cell(model, CopyMode.AUTO).refusal();
        return refusal == null
                ? Finding.ok(MODELS, model.label(), copies)
                : Finding.note(MODELS, model.label(), "no", refusal);
    }
}
