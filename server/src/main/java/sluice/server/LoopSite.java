package sluice.server;

import org.jspecify.annotations.Nullable;

import sluice.http.Accept;
import sluice.http.ByteWriter;
import sluice.http.Field;
import sluice.http.HttpDate;
import sluice.http.RequestHead;
import sluice.http.RequestTarget;
import sluice.http.ResponseHead;
import sluice.http.Status;
import sluice.io.Block;
import sluice.io.EventLoop;
import sluice.io.SendQueue;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** A site as one loop serves it: what its connections share, since only one runs at a time. */
final class LoopSite {
    /** Room that any head of ours takes, but for the fields of a {@link Message}. */
    static final int HEAD_MAX = 1_024;
    /** The clock of Date is looked at this often; it may be late by as much. */
    private static final long DATE_NANOS = 100_000_000;

    /** In a second: listings that others read are sent in less, or for long. */
    private static final byte[] COME_AGAIN =
            (Field.RETRY_AFTER + ": 1\r\n").getBytes(StandardCharsets.US_ASCII);

    private static final byte[] END = "\r\n".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] END_KEEP_ALIVE = end("keep-alive");
    private static final byte[] END_CLOSE = end("close");

    private final Site site;
    private final EventLoop loop;
    private final RequestHead head = new RequestHead();
    private final RequestTarget target = new RequestTarget();
    private final PathKey key = new PathKey();
    private final byte[] indexPath;
    private final FileAnswers files;
    private final ByteWriter writer = new ByteWriter();
    private final ResponseHead response = new ResponseHead(writer);
    private final byte[] date = new byte[HttpDate.LENGTH];
    private long dateSeconds = Long.MIN_VALUE;
    private long dateLookedAt;

    LoopSite(Site site, EventLoop loop) {
        this.site = site;
        this.loop = loop;
        files = new FileAnswers(site, this);
        indexPath = new byte[RequestHead.MAX_REQUEST_LINE + site.index().length];
        dateLookedAt = loop.now() - DATE_NANOS;
    }

    private static byte[] end(String connection) {
        return ("Connection: " + connection + "\r\n\r\n").getBytes(StandardCharsets.US_ASCII);
    }

    EventLoop loop() {
        return loop;
    }

    /** The head that is being looked at; valid while {@link Http1Protocol#received} runs. */
    RequestHead head() {
        return head;
    }

    // Finding the answer

    /**
     * The answer to a GET or HEAD in {@link #head}.
     *
     * @param resolution what a worker found out about this request, if it was asked
     * @return null if a worker has to find out first
     */
    @Nullable
    Answer answer(@Nullable Resolution resolution) {
        int length = target.decode(head.bytes(), head.pathFrom(), head.pathTo());
        if (length < 0) {
            return Message.error(-length);
        }
        if (target.hasDotfile() && isHidden(length)) {
            return Message.error(Status.NOT_FOUND);
        }
        if (resolution != null) {
            return answer(resolution.lookup(), resolution.listing());
        }
        Lookup lookup = site.cache().find(path(length), loop.now(), false);
        boolean listed = lookup.isNoFile() && listable();
        return lookup == Lookup.Missing.COLD || listed ? null : answer(lookup, null);
    }

    private boolean isHidden(int length) {
        return !site.options().dotfiles() || UploadName.leadsThrough(target.bytes(), 1, length);
    }

    /** Whether {@link #head} wants something that {@link UploadStore} knows about. */
    boolean wantsChange() {
        return switch (head.method()) {
            case PUT, POST, PATCH, DELETE -> true;
            case HEAD -> {
                int length = target.decode(head.bytes(), head.pathFrom(), head.pathTo());
                yield length > 0
                        && target.hasDotfile()
                        && UploadName.leadsThrough(target.bytes(), 1, length);
            }
            default -> false;
        };
    }

    /** The path to look up: a directory's is that of its index. Without the leading slash. */
    private PathKey path(int length) {
        if (!target.endsWithSlash()) {
            return key.set(target.bytes(), 1, length);
        }
        byte[] index = site.index();
        System.arraycopy(target.bytes(), 0, indexPath, 0, length);
        System.arraycopy(index, 0, indexPath, length, index.length);
        return key.set(indexPath, 1, length + index.length);
    }

    private boolean listable() {
        return target.endsWithSlash() && site.options().listing();
    }

    /** What a worker is to find out, copied from the request, whose bytes will have moved. */
    Resolution.Question question() {
        int length = target.length();
        if (!listable()) {
            return new Resolution.Question(path(length).copy(), null, ListingOptions.DEFAULT);
        }
        byte[] directory = Arrays.copyOf(target.bytes(), length);
        return new Resolution.Question(path(length).copy(), directory, listingOptions());
    }

    private ListingOptions listingOptions() {
        boolean json = Accept.weight(head, "application/json") > Accept.weight(head, "text/html");
        return head.hasQuery()
                ? ListingOptions.parse(head.bytes(), head.queryFrom(), head.queryTo(), json)
                : new ListingOptions(json, ListingOptions.Sort.NAME, true);
    }

    private Answer answer(Lookup lookup, ListingBudget.@Nullable Held listing) {
        if (listing != null) {
            return new ListingAnswer(listing);
        }
        return switch (lookup) {
            case FileEntry entry -> files.answer(entry, path(target.length()));
            case Lookup.Missing missing ->
                switch (missing) {
                    case NOT_FOUND -> Message.error(Status.NOT_FOUND);
                    case DIRECTORY ->
                        target.endsWithSlash() ? Message.error(Status.NOT_FOUND) : redirect();
                    case FORBIDDEN -> Message.error(Status.FORBIDDEN);
                    case BUSY -> Message.error(Status.SERVICE_UNAVAILABLE, COME_AGAIN);
                    case COLD, FAILED -> Message.error(Status.SERVICE_UNAVAILABLE);
                };
        };
    }

    private Answer redirect() {
        byte[] location = new byte[head.targetTo() - head.targetFrom() + HEAD_MAX];
        ByteWriter lines = new ByteWriter()
                .over(java.lang.foreign.MemorySegment.ofArray(location), 0, location.length);
        new ResponseHead(lines).locationWithSlash(head);
        byte[] fields = Arrays.copyOf(location, (int) lines.position());
        return new Message(Status.MOVED_PERMANENTLY, fields, Message.NOTHING);
    }

    // Writing heads

    /** The writer, over the room that the queue has. */
    ByteWriter write(SendQueue queue) {
        return writer.over(queue.block().segment(), queue.position(), Block.SIZE);
    }

    /** Adds to the queue what was written since {@link #write}. */
    void wrote(SendQueue queue) {
        if (writer.overflowed()) {
            throw new IllegalStateException("an answer outgrew the room it asked for");
        }
        queue.wrote((int) writer.position() - queue.position());
    }

    /** Status line and date of a head that is not rendered before. */
    ResponseHead begin(SendQueue queue, int status) {
        write(queue);
        response.begin(status).field(Field.DATE, date());
        return response;
    }

    /** Ends a head whose body, if any, is in memory. */
    void end(SendQueue queue, Exchange exchange) {
        end(queue, exchange, true, 0);
    }

    /** Ends a head whose body has so many bytes of a file. */
    void end(SendQueue queue, Exchange exchange, boolean fromMemory, long bytes) {
        byte[] line = site.explainLine(fromMemory, bytes);
        if (line != null) {
            response.lines(line);
        }
        response.lines(headEnd(exchange));
        wrote(queue);
        exchange.headEnds(queue);
    }

    /** The last lines of a head. Keep-alive goes without saying in HTTP/1.1, and only there. */
    byte[] headEnd(Exchange exchange) {
        if (!exchange.keepAlive) {
            return END_CLOSE;
        }
        return exchange.http10 ? END_KEEP_ALIVE : END;
    }

    /** The value of Date, now. */
    byte[] date() {
        dateSeconds();
        return date;
    }

    /** The time now, seconds since 1970. */
    long dateSeconds() {
        long now = loop.now();
        if (now - dateLookedAt >= DATE_NANOS) {
            dateLookedAt = now;
            long seconds = System.currentTimeMillis() / 1_000;
            if (seconds != dateSeconds) {
                dateSeconds = seconds;
                HttpDate.format(seconds, date, 0);
            }
        }
        return dateSeconds;
    }
}
