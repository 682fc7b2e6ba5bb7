package sluice.http;

/** A media type, as in Content-Type, and whether compressing such a file saves much. */
public final class MediaType {
    private final String text;
    private final byte[] bytes;
    private final boolean compressible;

    MediaType(String text, boolean compressible) {
        this.text = text;
        this.bytes = Octets.ascii(text);
        this.compressible = compressible;
    }

    /** The value of Content-Type as it is sent. Shared: callers must not modify it. */
    public byte[] bytes() {
        return bytes;
    }

    public boolean compressible() {
        return compressible;
    }

    @Override
    public String toString() {
        return text;
    }
}
