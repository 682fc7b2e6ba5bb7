package sluice.codecs;

import com.github.luben.zstd.ZstdOutputStream;
import com.github.luben.zstd.util.Native;

import sluice.http.ContentCoding;
import sluice.server.Encoder;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;

/** zstd with a window of at most 8 MB, as browsers require (RFC 9659). */
public final class ZstdEncoder implements Encoder {
    private static final int LEVEL_BACKGROUND = 12;
    /** The last level whose window is 8 MB. */
    private static final int LEVEL_BEST = 19;

    /** For ServiceLoader; fails if the native library cannot be loaded. */
    public ZstdEncoder() {
        Native.load();
    }

    @Override
    public ContentCoding coding() {
        return ContentCoding.ZSTD;
    }

    @Override
    public void encode(InputStream content, OutputStream coded, Effort effort) throws IOException {
        int level = effort == Effort.BEST ? LEVEL_BEST : LEVEL_BACKGROUND;
        try (ZstdOutputStream zstd = new ZstdOutputStream(new Unclosed(coded), level)) {
            content.transferTo(zstd);
        }
    }
}
