package sluice.io.readiness;

import sluice.io.Closing;
import sluice.io.Timers;
import sluice.linux.Errno;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.CancelledKeyException;
import java.nio.channels.SelectableChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.util.function.Consumer;

/** The java.nio Selector, which uses what the platform offers (epoll, kqueue, ...). */
public final class SelectorPoller implements Poller {
    private static final long NANOS_PER_MILLI = 1_000_000;

    private final RegistrationTable registrations;
    private final Selector selector;
    private final Consumer<SelectionKey> collect = this::collect;
    private ReadyList ready = new ReadyList();

    public SelectorPoller(RegistrationTable registrations) {
        this.registrations = registrations;
        try {
            selector = Selector.open();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot open a java.nio selector", e);
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
        registrations.add(registration);
        return 0;
    }

    /** java.nio closes a channel itself after a failed connect. */
    @Override
    public long update(Registration registration) {
        try {
            ((SelectionKey) key(registration)).interestOps(interest(registration));
            return 0;
        } catch (CancelledKeyException e) {
            return -Errno.EBADF;
        }
    }

    private static Object key(Registration registration) {
        Object key = registration.key;
        if (key == null) {
            throw new IllegalStateException("the descriptor is not registered");
        }
        return key;
    }

    private static int interest(Registration registration) {
        int wanted = registration.wanted;
        registration.armed = wanted;
        boolean listens = registration.handle.channel() instanceof ServerSocketChannel;
        int read = listens ? SelectionKey.OP_ACCEPT : SelectionKey.OP_READ;
        return ((wanted & READ) != 0 ? read : 0)
                | ((wanted & WRITE) != 0 ? SelectionKey.OP_WRITE : 0)
                | ((wanted & CONNECT) != 0 ? SelectionKey.OP_CONNECT : 0);
    }

    @Override
    public void remove(Registration registration) {
        registrations.remove(registration);
        ((SelectionKey) key(registration)).cancel();
    }

    @Override
    public void await(long nanos, ReadyList into) {
        ready = into;
        try {
            if (nanos == 0) {
                selector.selectNow(collect);
            } else {
                selector.select(collect, millis(nanos));
            }
        } catch (IOException e) {
            throw new UncheckedIOException("select failed", e);
        }
    }

    /** A selector takes 0 for "wait for ever". */
    private static long millis(long nanos) {
        return nanos == Timers.NEVER ? 0 : (nanos + NANOS_PER_MILLI - 1) / NANOS_PER_MILLI;
    }

    private void collect(SelectionKey key) {
        // Keys that do not fit are ready at the next wait, too: selectors are level-triggered.
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
