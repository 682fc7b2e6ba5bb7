package sluice.io;

import org.jspecify.annotations.Nullable;

import java.util.function.Supplier;

/**
 * A supplier of several protocols that {@link Service#on} may return. A connection on which both
 * sides agreed on a protocol gets that one; all others get the one of {@link #get()}.
 */
public interface ProtocolChoice extends Supplier<Protocol> {
    /** Makes the protocol of that name, which is one that the service offers. */
    Protocol get(String agreed);

    /** Makes the protocol for a connection whose sides agreed on that name, or on none. */
    static Protocol choose(Supplier<Protocol> protocols, @Nullable String agreed) {
        return agreed != null && protocols instanceof ProtocolChoice choice
                ? choice.get(agreed)
                : protocols.get();
    }
}
