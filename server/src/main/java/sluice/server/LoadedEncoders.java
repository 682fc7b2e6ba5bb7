package sluice.server;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;
import java.util.function.Consumer;

/** The encoders of this process, loaded once. */
final class LoadedEncoders {
    static final List<Encoder> ALL = load(
            ServiceLoader.load(Encoder.class, Encoder.class.getClassLoader()).iterator(),
            reason -> System.getLogger("sluice.server").log(System.Logger.Level.WARNING, reason));

    private LoadedEncoders() {}

    /** Those that an iterator of a ServiceLoader returns, and gzip. */
    static List<Encoder> load(Iterator<Encoder> found, Consumer<String> warnings) {
        List<Encoder> encoders = new ArrayList<>();
        // An iterator goes on behind a provider that fails, unless its description is wrong; then
        // it would fail for ever.
        boolean more = true;
        while (more) {
            try {
                more = found.hasNext();
                if (more) {
                    encoders.add(found.next());
                }
            } catch (ServiceConfigurationError e) {
                warnings.accept(words(e));
            }
        }
        encoders.add(new GzipEncoder());
        encoders.sort((a, b) -> a.coding().compareTo(b.coding()));
        return List.copyOf(encoders);
    }

    /** One line with the first cause, which names what could not be loaded. */
    private static String words(ServiceConfigurationError error) {
        Throwable cause = error;
        while (cause.getCause() != null) {
            cause = cause.getCause();
        }
        String reason = String.valueOf(cause.getMessage()).replaceAll("\\R", " ");
        return "going on without a content coding: " + error.getMessage() + ": " + reason
                + " (its native library needs a writable java.io.tmpdir that is not noexec, now "
                + System.getProperty("java.io.tmpdir") + ")";
    }
}
