package sluice.server;

import java.io.IOException;
import java.io.InputStream;

/**
 * A store of objects, of which a {@link Tier} keeps parts on this machine. Its calls wait for
 * another machine, each for a bounded time; the server makes them on virtual threads. Any thread.
 */
public interface Origin extends AutoCloseable {
    /** The object of a key as it is now. */
    ObjectHead head(String key) throws OriginException;

    /**
     * The octets {@code [from, to)} of one version: never those of another, and not of a part of
     * the range only without an {@link IOException} from the stream.
     *
     * @param tag of the version, as {@link ObjectHead#tag} told it
     * @throws OriginException {@link OriginException.Reason#REPLACED} if the object is another
     *     version now
     */
    InputStream read(String key, String tag, long from, long to) throws OriginException;

    /** Its name for people, as {@code s3://bucket/prefix}. */
    String name();

    @Override
    void close();
}
