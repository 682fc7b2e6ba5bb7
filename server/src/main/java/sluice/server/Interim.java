package sluice.server;

import sluice.http.Status;
import sluice.io.SendQueue;

/**
 * Heads of 1xx, which come before the answer.
 *
 * @param octets with their empty lines
 */
record Interim(byte[] octets) implements Answer {
    @Override
    public boolean produce(SendQueue queue, Exchange exchange) {
        if (queue.room() < octets.length) {
            return false;
        }
        exchange.site().write(queue).put(octets);
        exchange.site().wrote(queue);
        return true;
    }

    @Override
    public int status() {
        return Status.CONTINUE;
    }

    @Override
    public void release() {}
}
