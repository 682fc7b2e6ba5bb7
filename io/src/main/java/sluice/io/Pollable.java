package sluice.io;

import java.nio.channels.SelectableChannel;

/** What a {@code Poller} can watch: a raw descriptor or a java.nio channel. */
public interface Pollable {
    /** The descriptor, for pollers that make system calls. */
    int descriptor();

    /** The channel, for the java.nio selector. */
    SelectableChannel channel();
}
