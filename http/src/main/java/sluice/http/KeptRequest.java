package sluice.http;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;

/**
 * A copy of a request with octets of its own, for whoever needs it after the block that it arrived
 * in has been reused. It is not parsed again: the offsets are those of the original, moved. It
 * knows the lines of every {@link Field}, and no others. Immutable; any thread.
 */
public final class KeptRequest implements Request {
    private static final Field[] FIELDS = Field.values();

    private final MemorySegment bytes;
    private final Method method;
    private final int methodFrom;
    private final int methodTo;
    private final int targetFrom;
    private final int targetTo;
    private final int pathFrom;
    private final int pathTo;
    private final int queryFrom;
    private final int queryTo;
    private final int hostFrom;
    private final int hostTo;
    private final boolean unknownExpectation;
    /** The first line of each field by its ordinal, or -1. */
    private final int[] first = new int[FIELDS.length];

    private final int[] next;
    private final int[] valueFrom;
    private final int[] valueTo;

    /**
     * Copies a request.
     *
     * @param from where its octets begin
     * @param to where they end: all offsets are between the two
     */
    public KeptRequest(Request request, int from, int to) {
        byte[] octets =
                request.bytes().asSlice(from, (long) to - from).toArray(ValueLayout.JAVA_BYTE);
        bytes = MemorySegment.ofArray(octets);
        method = request.method();
        methodFrom = moved(request.methodFrom(), from);
        methodTo = moved(request.methodTo(), from);
        targetFrom = moved(request.targetFrom(), from);
        targetTo = moved(request.targetTo(), from);
        pathFrom = moved(request.pathFrom(), from);
        pathTo = moved(request.pathTo(), from);
        queryFrom = moved(request.queryFrom(), from);
        queryTo = moved(request.queryTo(), from);
        hostFrom = moved(request.hostFrom(), from);
        hostTo = moved(request.hostTo(), from);
        unknownExpectation = request.unknownExpectation();
        int count = 0;
        for (Field field : FIELDS) {
            for (int line = request.find(field); line >= 0; line = request.next(line)) {
                count++;
            }
        }
        next = new int[count];
        valueFrom = new int[count];
        valueTo = new int[count];
        Arrays.fill(next, -1);
        copyLines(request, from);
    }

    private void copyLines(Request request, int from) {
        int kept = 0;
        for (Field field : FIELDS) {
            int before = -1;
            first[field.ordinal()] = request.has(field) ? kept : -1;
            for (int line = request.find(field); line >= 0; line = request.next(line)) {
                valueFrom[kept] = request.valueFrom(line) - from;
                valueTo[kept] = request.valueTo(line) - from;
                if (before >= 0) {
                    next[before] = kept;
                }
                before = kept++;
            }
        }
    }

    private static int moved(int offset, int from) {
        return offset < 0 ? offset : offset - from;
    }

    @Override
    public MemorySegment bytes() {
        return bytes;
    }

    @Override
    public Method method() {
        return method;
    }

    @Override
    public int methodFrom() {
        return methodFrom;
    }

    @Override
    public int methodTo() {
        return methodTo;
    }

    @Override
    public int targetFrom() {
        return targetFrom;
    }

    @Override
    public int targetTo() {
        return targetTo;
    }

    @Override
    public int pathFrom() {
        return pathFrom;
    }

    @Override
    public int pathTo() {
        return pathTo;
    }

    @Override
    public int queryFrom() {
        return queryFrom;
    }

    @Override
    public int queryTo() {
        return queryTo;
    }

    @Override
    public int hostFrom() {
        return hostFrom;
    }

    @Override
    public int hostTo() {
        return hostTo;
    }

    @Override
    public boolean unknownExpectation() {
        return unknownExpectation;
    }

    @Override
    public int find(Field field) {
        return first[field.ordinal()];
    }

    @Override
    public int next(int line) {
        return next[line];
    }

    @Override
    public int valueFrom(int line) {
        return valueFrom[line];
    }

    @Override
    public int valueTo(int line) {
        return valueTo[line];
    }
}
