package sluice.cli;

import sluice.server.Origin;
import sluice.server.OriginProvider;

import java.io.IOException;
import java.net.MalformedURLException;
import java.net.URI;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.stream.Stream;

/**
 * Opens stores. Their libraries are many, so they have a class loader of their own, which exists
 * only if a store is served: no other start reads their jars.
 */
final class Stores {
    /** The property that tells where they are. */
    static final String PROPERTY = "sluice.stores";

    private static final Map<URI, Origin> OPEN = new HashMap<>();

    private Stores() {}

    /**
     * Opens a store, once for each address: settings that are read again name the same one.
     *
     * @throws IllegalArgumentException if that is not possible here, with the reason
     */
    static synchronized Origin open(URI address) {
        return OPEN.computeIfAbsent(address, Stores::opened);
    }

    private static Origin opened(URI address) {
        try {
            for (OriginProvider provider : ServiceLoader.load(OriginProvider.class, loader())) {
                if (provider.scheme().equals(address.getScheme())) {
                    return provider.open(address);
                }
            }
        } catch (IOException e) {
            throw new IllegalArgumentException(Failures.inWords(e), e);
        }
        throw new IllegalArgumentException(
                "cannot serve " + address + ": this package of Sluice knows no such store");
    }

    private static ClassLoader loader() throws IOException {
        String directory = System.getProperty(PROPERTY);
        List<URL> jars = new ArrayList<>();
        if (directory != null && Files.isDirectory(Path.of(directory))) {
            add(Path.of(directory), jars);
            add(Path.of(directory, "lib"), jars);
        }
        return new URLClassLoader(
                "stores", jars.toArray(URL[]::new), OriginProvider.class.getClassLoader());
    }

    private static void add(Path directory, List<URL> jars) throws IOException {
        try (Stream<Path> all = Files.list(directory)) {
            for (Path path : all.toList()) {
                if (path.toString().endsWith(".jar")) {
                    jars.add(url(path));
                }
            }
        }
    }

    private static URL url(Path path) throws MalformedURLException {
        return path.toUri().toURL();
    }
}
