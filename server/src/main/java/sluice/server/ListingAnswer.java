package sluice.server;

import sluice.http.Field;
import sluice.http.Status;
import sluice.io.SendQueue;

/** 200 with a directory's page, produced row by row. */
final class ListingAnswer implements Answer {
    private final ListingBudget.Held held;
    private final Listing listing;
    private boolean headProduced;

    ListingAnswer(ListingBudget.Held held) {
        this.held = held;
        listing = held.listing();
    }

    @Override
    public boolean produce(SendQueue queue, Exchange exchange) {
        LoopSite site = exchange.site();
        if (!headProduced) {
            if (queue.room() < LoopSite.HEAD_MAX) {
                return false;
            }
            site.begin(queue, Status.OK)
                    .field(Field.CONTENT_TYPE, listing.contentType())
                    .field(Field.VARY, Field.ACCEPT.toString())
                    .field(Field.CONTENT_LENGTH, listing.length());
            site.end(queue, exchange);
            headProduced = true;
        }
        if (exchange.headOnly) {
            return true;
        }
        int room = queue.room();
        int written =
                room == 0 ? 0 : listing.write(queue.block().segment(), queue.position(), room);
        if (written > 0) {
            queue.wrote(written);
        }
        return written < room;
    }

    @Override
    public int status() {
        return Status.OK;
    }

    @Override
    public void release() {
        held.release();
    }
}
