package sluice.codecs;

import com.aayushatharva.brotli4j.Brotli4jLoader;
import com.aayushatharva.brotli4j.encoder.BrotliOutputStream;

import sluice.http.ContentCoding;
import sluice.server.Encoder;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;

/** brotli (RFC 7932). */
public final class BrotliEncoder implements Encoder {
    /** Output a few percent larger than the best quality, in a tenth of the time. */
    private static final int QUALITY_BACKGROUND = 9;

    private static final int QUALITY_BEST = 11;

    /** For ServiceLoader; fails if the native library cannot be loaded. */
    public BrotliEncoder() {
        Brotli4jLoader.ensureAvailability();
    }

    @Override
    public ContentCoding coding() {
        return ContentCoding.BR;
    }

    @Override
    public void encode(InputStream content, OutputStream coded, Effort effort) throws IOException {
        var parameters = com.aayushatharva.brotli4j.encoder.Encoder.Parameters.create(
                effort == Effort.BEST ? QUALITY_BEST : QUALITY_BACKGROUND);
        try (var brotli = new BrotliOutputStream(new Unclosed(coded), parameters)) {
            content.transferTo(brotli);
        }
    }
}
