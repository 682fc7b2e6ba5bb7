package sluice.io;

import org.jspecify.annotations.Nullable;

import sluice.linux.Linux;

import java.lang.foreign.Arena;

/**
 * A model and a copy path that were asked for together: which sockets they need, or why they cannot
 * be had here. Nothing is replaced in silence.
 */
public record Cell(Model model, Copy copy) {
    /** Why this machine cannot run this cell, and what to do; null when it can. */
    public @Nullable String refusal() {
        return refusal(Linux.available());
    }

    @Nullable
    String refusal(boolean linux) {
        if (model == Model.EPOLL && !linux) {
            return "model epoll needs Linux system calls (" + Linux.unavailableReason()
                    + "); use --model selector or blocking";
        }
        if (copy == Copy.SENDFILE && !linux) {
            return "copy path sendfile needs Linux system calls (" + Linux.unavailableReason()
                    + "); use --copy transfer-to";
        }
        if (model == Model.EPOLL && copy == Copy.TRANSFER_TO) {
            return "copy path transfer-to needs java.nio sockets, and model epoll has raw"
                    + " descriptors; use --copy sendfile, or --model selector or blocking";
        }
        if (model == Model.SELECTOR && copy == Copy.SENDFILE) {
            return "copy path sendfile needs a raw descriptor, and java.nio shows none of its"
                    + " sockets'; use --copy transfer-to, or --model epoll or blocking";
        }
        return null;
    }

    /** The sockets to make. */
    Sockets sockets() {
        return sockets(Linux.available());
    }

    Sockets sockets(boolean linux) {
        boolean nio = model == Model.SELECTOR || copy == Copy.TRANSFER_TO || !linux;
        return nio ? Sockets.NIO : Sockets.RAW;
    }

    /** What {@code auto} stands for in this cell. */
    public Copy effectiveCopy() {
        if (copy != Copy.AUTO) {
            return copy;
        }
        return sockets() == Sockets.RAW ? Copy.SENDFILE : Copy.TRANSFER_TO;
    }

    /** Whether calls on the sockets wait: a thread of its own waits for each connection. */
    boolean blocks() {
        return model == Model.BLOCKING;
    }

    /** Makes what waits for the sockets of one readiness loop. */
    Poller poller(Slots slots, Arena arena) {
        return switch (model) {
            case EPOLL -> new EpollPoller(slots, arena);
            case SELECTOR -> new SelectorPoller(slots);
            case BLOCKING -> throw new IllegalStateException("threads that block need no poller");
        };
    }

    /** Makes the copy path for one loop. */
    CopyPath path(LoopResources resources) {
        return switch (effectiveCopy()) {
            case SENDFILE -> new Sendfile();
            case DIRECT -> new DirectCopy(resources.newBlock());
            case TRANSFER_TO, AUTO -> new TransferTo();
        };
    }
}
