package sluice.server.admin;

import sluice.io.TransferStats;
import sluice.server.ResponseRecord;

import java.time.Duration;
import java.time.Instant;

/** Records of responses that nobody sent. */
final class Records {
    private Records() {}

    static ResponseRecord of(int status, Duration took, Instant time) {
        return new ResponseRecord(
                time,
                took,
                null,
                null,
                new ResponseRecord.Request("GET", "/", "HTTP/1.1", null, null),
                status,
                true,
                "memory",
                "epoll",
                null,
                0,
                new TransferStats(0, 0, 0, 0, 0, 0, 0));
    }
}
