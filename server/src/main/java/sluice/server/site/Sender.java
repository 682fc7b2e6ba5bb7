package sluice.server.site;

import org.jspecify.annotations.Nullable;

import java.net.InetSocketAddress;

/** Who sent the request that is answered now, for an application that has to know. */
public interface Sender {
    /** The address, or null if it is not known; may take a system call. Loop thread only. */
    @Nullable
    InetSocketAddress address();
}
