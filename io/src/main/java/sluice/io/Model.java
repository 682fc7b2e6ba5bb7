package sluice.io;

import sluice.linux.Linux;

import java.util.Locale;

/** How a loop waits for its sockets. */
public enum Model {
    /** epoll(7), level-triggered, on raw descriptors. */
    EPOLL,
    /** java.nio Selector, on channels: runs wherever Java runs. */
    SELECTOR,
    /** A platform thread per connection and calls that block. */
    BLOCKING;

    /** The one that serves most clients for least here. */
    public static Model best() {
        return Linux.available() ? EPOLL : SELECTOR;
    }

    /** The name on the command line and in reports. */
    public String label() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
