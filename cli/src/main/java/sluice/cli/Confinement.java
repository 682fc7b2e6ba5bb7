package sluice.cli;

import org.jspecify.annotations.Nullable;

import sluice.server.AppRule;
import sluice.server.ServedFiles;
import sluice.server.SymlinkPolicy;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Decides whether a server is confined to what it serves, and to what else. */
final class Confinement {
    private Confinement() {}

    /**
     * Confines this process if the options say so; then another JVM goes on in its place, and this
     * does not return.
     *
     * @param exposed whether others than this machine's users matter to it
     * @param files what is served
     * @param sandbox with what else the options of the server name
     * @return what the user is told, a line; empty if there is nothing to tell
     * @throws IOException if it has to be confined and cannot
     */
    static String confine(
            SandboxOptions options, boolean exposed, List<ServedFiles> files, Sandbox sandbox)
            throws IOException {
        boolean wanted = switch (options.when()) {
            case ON -> true;
            case OFF -> false;
            case AUTO -> exposed;
        };
        if (Sandbox.isInside()) {
            // For those who ask later what is allowed.
            for (ServedFiles served : files) {
                allow(served, sandbox);
            }
            options.allowed().forEach(sandbox::read);
            if (!Sandbox.holds()) {
                throw new IOException("the sandbox does not hold: this process can open /");
            }
            return "sandbox: the process can open what it serves and needs, and nothing else";
        }
        if (!wanted) {
            return "";
        }
        boolean changes = files.stream().anyMatch(served -> served.uploads() != null);
        String refusal = refusal(files);
        if (refusal == null) {
            refusal = Sandbox.refusal(changes);
        }
        if (refusal == null) {
            for (ServedFiles served : files) {
                allow(served, sandbox);
            }
            options.allowed().forEach(sandbox::read);
            sandbox.enter(options.account());
        }
        if (options.when() == SandboxOptions.When.ON) {
            throw new IOException("no sandbox: " + refusal);
        }
        return "no sandbox: " + refusal;
    }

    /** Why the sandbox keeps a server from serving something, too; null if it does not. */
    static @Nullable String refusal(Sandbox sandbox, ServedFiles served) {
        boolean changes = served.uploads() != null;
        String reason = " is not what the sandbox was made for; restart the server";
        if (!sandbox.covers(served.root(), changes)) {
            return served.root() + (changes ? ", writable," : "") + reason;
        }
        for (Path directory : directories(served)) {
            if (!sandbox.covers(directory, false)) {
                return directory + reason;
            }
        }
        for (AppRule rule : served.rules().applications()) {
            if (rule.address() instanceof InetSocketAddress inet
                    && !sandbox.connects(inet.getPort())) {
                return "an application at port " + inet.getPort() + reason;
            }
        }
        Path compressed = served.compressedIn();
        return compressed == null || sandbox.covers(compressed, true) ? null : compressed + reason;
    }

    /** What a site reads files from: its root, what is mounted, and what applications name. */
    static List<Path> directories(ServedFiles served) {
        List<Path> all = new ArrayList<>();
        if (served.tier() == null) {
            all.add(served.root());
        }
        all.addAll(served.mounts().values());
        for (AppRule rule : served.rules().applications()) {
            if (rule.files() != null) {
                all.add(rule.files());
            }
        }
        return all;
    }

    private static void allow(ServedFiles served, Sandbox sandbox) throws IOException {
        if (served.uploads() != null) {
            sandbox.change(served.root());
        }
        for (Path directory : directories(served)) {
            sandbox.read(directory);
            allowBeside(directory.toAbsolutePath(), sandbox);
        }
        for (AppRule rule : served.rules().applications()) {
            // A unix socket needs no right: landlock does not bound who connects to one.
            if (rule.address() instanceof InetSocketAddress inet) {
                sandbox.connect(inet.getPort());
            }
        }
        Path compressed = served.compressedIn();
        if (compressed != null) {
            // Only what is there can be allowed.
            Files.createDirectories(compressed);
            sandbox.change(compressed);
        }
    }

    /** A link that is flipped to another version leads beside the one before. */
    private static void allowBeside(Path root, Sandbox sandbox) throws IOException {
        Path real = root.toRealPath();
        if (!real.equals(root.normalize()) && real.getParent() != null) {
            sandbox.read(real.getParent());
        }
    }

    private static @Nullable String refusal(List<ServedFiles> files) {
        for (ServedFiles served : files) {
            if (served.root().toAbsolutePath().normalize().getNameCount() == 0) {
                return "all of / is served";
            }
            if (served.tier() != null) {
                return "a store needs files of names, certificates and credentials at any time";
            }
            if (served.symlinks() == SymlinkPolicy.ALL) {
                return "--symlinks all serves files wherever a link leads";
            }
        }
        return null;
    }
}
