package sluice.io;

import sluice.linux.Errno;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.CancelledKeyException;
import java.nio.channels.SelectableChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;

/** The java.nio Selector: whatever the platform offers, behind channels. */
final class SelectorPoller implements Poller {
    private static final long NANOS_PER_MILLI = 1_000_000;

    private final Slots slots;
    private final Selector selector;

    SelectorPoller(Slots slots) {
        this.slots = slots;
        try {
            selector = Selector.open();
        } catch (IOException e) {
            throw new UncheckedIOException("no java.nio selector to be had", e);
        }
    }

    @Override
    public long add(Registration registration) {
        SelectableChannel channel = registration.handle.channel();
        try {
            registration.key = channel.register(selector, interest(registration), registration);
        } catch (IOException e) {
            return -Errno.ENOMEM;
        }
        slots.add(registration);
        return 0;
    }

    @Override
    public void update(Registration registration) {
        try {
            ((SelectionKey) key(registration)).interestOps(interest(registration));
        } catch (CancelledKeyException e) {
            // The channel was closed by its other owner, the selector's own error handling.
            registration.armed = 0;
        }
    }

    private static Object key(Registration registration) {
        Object key = registration.key;
        if (key == null) {
            throw new IllegalStateException("not added");
        }
        return key;
    }

    private static int interest(Registration registration) {
        int wanted = registration.wanted;
        registration.armed = wanted;
        return switch (registration.handle.channel()) {
            case ServerSocketChannel _ -> wanted == 0 ? 0 : SelectionKey.OP_ACCEPT;
            case SocketChannel socket when !socket.isConnected() -> SelectionKey.OP_CONNECT;
            default ->
                ((wanted & READ) != 0 ? SelectionKey.OP_READ : 0)
                        | ((wanted & WRITE) != 0 ? SelectionKey.OP_WRITE : 0);
        };
    }

    @Override
    public void remove(Registration registration) {
        slots.remove(registration);
        ((SelectionKey) key(registration)).cancel();
    }

    @Override
    public void await(long nanos, ReadyList ready) {
        try {
            if (nanos == 0) {
                selector.selectNow(key -> collect(key, ready));
            } else {
                selector.select(key -> collect(key, ready), millis(nanos));
            }
        } catch (IOException e) {
            throw new UncheckedIOException("select failed", e);
        }
    }

    /** 0 means for ever to a selector. */
    private static long millis(long nanos) {
        return nanos == Timers.NEVER ? 0 : (nanos + NANOS_PER_MILLI - 1) / NANOS_PER_MILLI;
    }

    private static void collect(SelectionKey key, ReadyList ready) {
        // What finds no room now is ready at the next wait, too: selectors are level-triggered.
        if (!key.isValid() || ready.isFull()) {
            return;
        }
        int operations = key.readyOps();
        int events = 0;
        if ((operations & (SelectionKey.OP_READ | SelectionKey.OP_ACCEPT)) != 0) {
            events |= READ;
        }
        if ((operations & (SelectionKey.OP_WRITE | SelectionKey.OP_CONNECT)) != 0) {
            events |= WRITE;
        }
        ready.add((Registration) key.attachment(), events);
    }

    @Override
    public void wake() {
        selector.wakeup();
    }

    @Override
    public void close() {
        Closing.quietly(selector);
    }
}
