package sluice.server;

import sluice.http.ContentCoding;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.ServiceLoader;

/**
 * Compresses into one content coding. The JDK brings gzip; a module that provides this service adds
 * another coding. Any number of threads may call at the same time.
 */
public interface Encoder {
    /** How much work a result is worth. */
    enum Effort {
        /** Once per version of a file, while a server runs. */
        BACKGROUND,
        /** Once per release, while somebody waits for the end. */
        BEST
    }

    /** The content coding of the output. */
    ContentCoding coding();

    /** Reads {@code content} to its end and writes it, coded, to {@code coded}; closes neither. */
    void encode(InputStream content, OutputStream coded, Effort effort) throws IOException;

    /** All encoders, the best coding first. */
    static List<Encoder> all() {
        List<Encoder> encoders = new ArrayList<>();
        ServiceLoader.load(Encoder.class, Encoder.class.getClassLoader()).forEach(encoders::add);
        encoders.add(new GzipEncoder());
        encoders.sort((a, b) -> a.coding().compareTo(b.coding()));
        return List.copyOf(encoders);
    }
}
