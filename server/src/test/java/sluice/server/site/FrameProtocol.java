package sluice.server.site;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.nio.charset.StandardCharsets.ISO_8859_1;

import org.jspecify.annotations.Nullable;

import sluice.http.Fields;
import sluice.http.Method;
import sluice.io.Block;
import sluice.io.Connection;
import sluice.io.EventLoop;
import sluice.io.Protocol;
import sluice.io.SendQueue;
import sluice.io.Service;
import sluice.server.response.Body;
import sluice.server.response.BodyCursor;
import sluice.server.response.HttpClock;
import sluice.server.response.InformationalResponse;
import sluice.server.response.Response;
import sluice.server.testing.ReceivedResponse;
import sluice.server.upload.Upload;
import sluice.server.upload.UploadReply;
import sluice.server.upload.UploadRequest;
import sluice.server.upload.UploadResponses;
import sluice.server.upload.UploadStore;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Queue;
import java.util.TreeMap;
import java.util.function.Supplier;

/**
 * Another protocol than HTTP/1, as small as HTTP/2 is large: frames of a type, a length and octets.
 * A request is one frame of fields, and one of octets if it has a body; a response is such frames
 * up to one that ends it. Octets of a response come in frames of a bounded size, as they do where a
 * window bounds them.
 */
final class FrameProtocol implements Protocol {
    private static final byte FIELDS = 1;
    private static final byte OCTETS = 2;
    private static final byte END = 3;
    /** Type and length. */
    private static final int FRAME_HEAD = 5;

    private static final ValueLayout.OfInt LENGTH =
            ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);

    private final Site site;
    private static final Sender NOBODY = () -> null;

    private final LoopSite loopSite;
    private final long frameMax;
    private final Queue<InformationalResponse> informational = new ArrayDeque<>();
    private @Nullable Response response;
    private boolean headOnly;
    private @Nullable BodyCursor cursor;

    private FrameProtocol(Site site, LoopSite loopSite, long frameMax) {
        this.site = site;
        this.loopSite = loopSite;
        this.frameMax = frameMax;
    }

    /** A site by this protocol. */
    static Service serving(Site site, long frameMax) {
        return new Service() {
            @Override
            public Supplier<Protocol> on(EventLoop loop) {
                LoopSite loopSite = new LoopSite(
                        site, AllowedHosts.ANY, loop, new HttpClock(loop::now), 0, false);
                return () -> new FrameProtocol(site, loopSite, frameMax);
            }
        };
    }

    // What a client sends and reads

    /** A request; the body may be empty. */
    static byte[] request(byte[] fields, byte[] body) {
        ByteBuffer out = ByteBuffer.allocate(2 * FRAME_HEAD + fields.length + body.length);
        out.put(FIELDS).putInt(fields.length).put(fields);
        return out.put(OCTETS).putInt(body.length).put(body).array();
    }

    /** All responses in these frames, those of 1xx included. */
    static List<ReceivedResponse> read(byte[] frames) {
        List<ReceivedResponse> responses = new ArrayList<>();
        ByteBuffer in = ByteBuffer.wrap(frames);
        while (in.hasRemaining()) {
            responses.add(readOne(in));
        }
        return responses;
    }

    private static ReceivedResponse readOne(ByteBuffer in) {
        int status = 0;
        Map<String, List<String>> fields = new TreeMap<>();
        byte[] body = new byte[0];
        for (byte type = in.get(); type != END; type = in.get()) {
            byte[] octets = new byte[in.getInt()];
            in.get(octets);
            if (type == OCTETS) {
                body = Arrays.copyOf(body, body.length + octets.length);
                System.arraycopy(octets, 0, body, body.length - octets.length, octets.length);
                continue;
            }
            ByteBuffer lines = ByteBuffer.wrap(octets);
            status = lines.getShort();
            while (lines.hasRemaining()) {
                String name = text(lines).toLowerCase(Locale.ROOT);
                fields.computeIfAbsent(name, _ -> new ArrayList<>()).add(text(lines));
            }
        }
        return new ReceivedResponse(status, fields, body, true);
    }

    private static String text(ByteBuffer in) {
        byte[] octets = new byte[in.getShort()];
        in.get(octets);
        return new String(octets, ISO_8859_1);
    }

    // Requests

    @Override
    public void opened(Connection opened) {}

    @Override
    public int received(Block bytes, int from, int to) {
        MemorySegment segment = bytes.segment();
        if (to - from < FRAME_HEAD) {
            return 0;
        }
        int fieldsTo = from + FRAME_HEAD + segment.get(LENGTH, from + 1);
        if (to - fieldsTo < FRAME_HEAD) {
            return 0;
        }
        int bodyTo = fieldsTo + FRAME_HEAD + segment.get(LENGTH, fieldsTo + 1);
        if (to < bodyTo) {
            return 0;
        }
        byte[] fields = octets(segment, from + FRAME_HEAD, fieldsTo);
        answer(new FrameRequest(fields), octets(segment, fieldsTo + FRAME_HEAD, bodyTo));
        return bodyTo - from;
    }

    private static byte[] octets(MemorySegment segment, int from, int to) {
        return segment.asSlice(from, to - from).toArray(JAVA_BYTE);
    }

    private void answer(FrameRequest request, byte[] body) {
        UploadStore uploads = site.uploads();
        headOnly = request.method() == Method.HEAD;
        if (uploads != null && loopSite.wantsChange(request)) {
            response = change(uploads, request, body);
            return;
        }
        Response answer = loopSite.answer(request, null, false, NOBODY);
        while (answer == null) {
            Resolution found = site.resolve(loopSite.question(request), () -> true);
            answer = loopSite.answer(request, found, false, NOBODY);
        }
        response = answer;
    }

    private Response change(UploadStore uploads, FrameRequest request, byte[] body) {
        UploadRequest kept = UploadRequest.parse(request.message(body.length));
        return switch (uploads.begin(kept, () -> {})) {
            case UploadReply.Answered(Response answer) -> answer;
            case Upload upload -> {
                informational.addAll(
                        UploadResponses.goOn(false, upload.newReference(), uploads.limits()));
                upload.sink().add(MemorySegment.ofArray(body), 0, body.length);
                yield Objects.requireNonNull(upload.finish());
            }
        };
    }

    // Responses

    @Override
    public void produce(SendQueue queue) {
        Response due = response;
        if (due == null || queue.room() < Block.SIZE / 2) {
            return;
        }
        while (!informational.isEmpty()) {
            InformationalResponse before = informational.remove();
            writeFields(queue, before.status(), before.fields());
            writeEnd(queue);
        }
        BodyCursor rest = cursor;
        if (rest == null) {
            writeFields(queue, due.status(), due.fields());
            rest = new BodyCursor(headOnly ? Body.NONE : due.body());
            cursor = rest;
        }
        while (rest.left() > 0) {
            // So much room that at least one octet follows.
            if (queue.room() <= FRAME_HEAD || !queue.takesRegion()) {
                return;
            }
            MemorySegment block = queue.block().segment();
            int at = queue.position();
            block.set(JAVA_BYTE, at, OCTETS);
            queue.wrote(FRAME_HEAD);
            block.set(LENGTH, at + 1, (int) rest.produce(queue, frameMax));
        }
        if (queue.room() > 0) {
            writeEnd(queue);
            response = null;
            cursor = null;
            due.release();
        }
    }

    private static void writeFields(SendQueue queue, int status, Fields fields) {
        ByteBuffer out = ByteBuffer.allocate(Block.SIZE);
        out.putShort((short) status);
        fields.forEach((octets, nameFrom, nameTo, valueFrom, valueTo) -> {
            out.putShort((short) (nameTo - nameFrom)).put(octets, nameFrom, nameTo - nameFrom);
            out.putShort((short) (valueTo - valueFrom)).put(octets, valueFrom, valueTo - valueFrom);
        });
        MemorySegment block = queue.block().segment();
        int at = queue.position();
        block.set(JAVA_BYTE, at, FIELDS);
        block.set(LENGTH, at + 1, out.position());
        MemorySegment.copy(out.array(), 0, block, JAVA_BYTE, at + FRAME_HEAD, out.position());
        queue.wrote(FRAME_HEAD + out.position());
    }

    private static void writeEnd(SendQueue queue) {
        queue.block().segment().set(JAVA_BYTE, queue.position(), END);
        queue.wrote(1);
    }

    // The rest of a protocol

    @Override
    public boolean hasOutput() {
        return response != null;
    }

    @Override
    public boolean wantsInput() {
        return response == null;
    }

    @Override
    public boolean isIdle() {
        return response == null;
    }

    @Override
    public long inputDeadline() {
        return Long.MAX_VALUE;
    }

    @Override
    public void expired() {}

    @Override
    public void drain() {}

    @Override
    public void closed() {
        if (response != null) {
            response.release();
        }
    }
}
