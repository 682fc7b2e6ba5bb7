package sluice.http;

/** What a file is, as in Content-Type, and whether compressing it is worth while. */
public final class MediaType {
    private final String text;
    private final byte[] bytes;
    private final boolean compressible;

    MediaType(String text, boolean compressible) {
        this.text = text;
        this.bytes = Octets.ascii(text);
        this.compressible = compressible;
    }

    /** The value of Content-Type as it goes out. Shared: never written to. */
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
