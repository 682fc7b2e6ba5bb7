package sluice.server;

import sluice.http.ContentCoding;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.zip.Deflater;
import java.util.zip.GZIPOutputStream;

/** Compresses with the JDK's gzip. */
final class GzipEncoder implements Encoder {
    private static final int BUFFER = 64 << 10;

    @Override
    public ContentCoding coding() {
        return ContentCoding.GZIP;
    }

    @Override
    public void encode(InputStream content, OutputStream coded, Effort effort) throws IOException {
        GZIPOutputStream gzip = new GZIPOutputStream(coded, BUFFER) {
            {
                def.setLevel(Deflater.BEST_COMPRESSION);
            }
        };
        content.transferTo(gzip);
        gzip.finish();
    }
}
