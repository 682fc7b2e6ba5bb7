package consumer;

import org.jspecify.annotations.Nullable;

import sluice.server.FileServer;
import sluice.server.ServedFiles;
import sluice.server.Sluice;

import java.nio.file.Path;

/** Serves a directory until it is killed. */
final class Consumer {
    private Consumer() {}

    public static void main(String[] arguments) throws Exception {
        Sluice sluice = Sluice.builder()
                .port(0)
                .files(ServedFiles.in(Path.of(arguments[0])).withListing(false))
                .build();
        try (FileServer server = sluice.start()) {
            System.out.println(server.uri());
            System.out.println(place(Consumer.class.getModule().getName()));
            System.in.read();
        }
    }

    private static String place(@Nullable String module) {
        return module == null ? "class path" : "module " + module;
    }
}
