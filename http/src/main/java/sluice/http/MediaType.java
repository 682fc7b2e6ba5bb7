package sluice.http;

/**
 * A media type, as in Content-Type; whether compressing such a file saves much; and the coding that
 * the file is in already.
 */
public final class MediaType {
    private final String text;
    private final byte[] bytes;
    private final boolean compressible;
    private final ContentCoding coding;
    private final boolean unsure;

    MediaType(String text, boolean compressible) {
        this(text, compressible, ContentCoding.IDENTITY, false);
    }

    MediaType(String text, boolean compressible, ContentCoding coding, boolean unsure) {
        this.text = text;
        this.unsure = unsure;
        this.bytes = Octets.ascii(text);
        this.compressible = compressible;
        this.coding = coding;
    }

    /** The value of Content-Type as it is sent. Shared: callers must not modify it. */
    public byte[] bytes() {
        return bytes;
    }

    public boolean compressible() {
        return compressible;
    }

    /** The Content-Encoding of such a file as it is. */
    public ContentCoding coding() {
        return coding;
    }

    /** Whether such a file may as well be text; only its content tells ({@link TextContent}). */
    public boolean mayBeText() {
        return unsure;
    }

    @Override
    public String toString() {
        return text;
    }
}
