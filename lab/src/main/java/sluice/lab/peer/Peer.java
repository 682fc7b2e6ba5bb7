package sluice.lab.peer;

import sluice.lab.PeerUsed;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * Another server, ready to start.
 *
 * @param command how to start it
 * @param used what results say of it
 */
public record Peer(List<String> command, PeerUsed used) {
    private static final long VERSION_SECONDS = 20;
    /** Of Apache for each processor: more than the largest load has connections. */
    private static final int THREADS = 640;

    /** This machine does not have it. */
    public static final class Missing extends Exception {
        private static final long serialVersionUID = 1;

        Missing(String reason) {
            super(reason);
        }
    }

    /**
     * Where a server runs.
     *
     * @param root what it serves
     * @param port where it listens on 127.0.0.1
     * @param processors for how many it is set up
     * @param folder its own; it gets the configuration
     * @param jvm options, if it runs on the JVM
     */
    public record Place(Path root, int port, int processors, Path folder, List<String> jvm) {}

    /**
     * Finds a server, or fetches it, and writes its configuration.
     *
     * @throws Missing if it is not here, with the reason
     * @throws IOException if its configuration cannot be written
     */
    public static Peer prepare(String name, Place place) throws IOException, Missing {
        PeerForm form = PeerForm.of(name);
        Map<String, String> values = new HashMap<>(Map.of(
                "root", place.root().toString(),
                "port", Integer.toString(place.port()),
                "cpus", Integer.toString(place.processors()),
                "threads", Integer.toString(THREADS),
                "workers", Integer.toString(place.processors() * THREADS),
                "dir", place.folder().toString(),
                "java", Path.of(System.getProperty("java.home"), "bin", "java").toString()));
        String version = find(name, form, values, place.folder());
        Words words = new Words(values, place.jvm());
        if (form.files() != null) {
            for (Map.Entry<String, String> file : form.files().entrySet()) {
                Files.writeString(
                        place.folder().resolve(file.getKey()), words.text(file.getValue()));
            }
        }
        return new Peer(
                words.command(form.words()),
                new PeerUsed(name, version, form.words(), form.settings()));
    }

    /** The version of what was found; adds where it is to the values. */
    private static String find(String name, PeerForm form, Map<String, String> values, Path folder)
            throws IOException, Missing {
        if (form.program() != null) {
            Optional<Path> program = Programs.find(form.program());
            if (program.isEmpty()) {
                throw new Missing(name + " is not installed (" + form.program() + ")");
            }
            values.put("program", program.get().toString());
            List<String> ask = new ArrayList<>(List.of(program.get().toString()));
            ask.addAll(Objects.requireNonNullElse(form.version(), List.of()));
            return Programs.run(ask, folder.resolve("version"), VERSION_SECONDS)
                    .lines()
                    .findFirst()
                    .orElse("unknown");
        }
        if (form.main() == null || form.artifacts() == null) {
            return "of Java " + Runtime.version();
        }
        try {
            values.put("classpath", JavaPeer.classPath(form.artifacts(), form.main()));
        } catch (IOException e) {
            throw new Missing(name + " is not here: " + e.getMessage());
        }
        values.put("main", form.main());
        return String.join(", ", form.artifacts());
    }
}
