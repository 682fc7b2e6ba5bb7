package sluice.server;

import java.util.List;

/**
 * How an {@link AccessLog} writes its lines.
 *
 * @param fields the members of a line in JSON, in this order; other formats have no choice
 * @param rotateAt size in bytes at which a file is renamed and another begun; 0 for never
 * @param keep how many renamed files stay: FILE.1 is the newest of them
 */
public record AccessLogForm(
        AccessLogFormat format, List<AccessLogField> fields, long rotateAt, int keep) {
    /** As many as logrotate's example keeps; older ones are deleted. */
    public static final int KEEP = 7;
    /** Each rotation renames them all. */
    public static final int KEEP_MAX = 1_000;
    /** A write of the log has some hundred kilobytes, and a file should hold several. */
    public static final long ROTATE_MIN = 1 << 20;

    /**
     * @throws IllegalArgumentException if there is no field, or a number is out of bounds
     */
    public AccessLogForm {
        fields = List.copyOf(fields);
        if (fields.isEmpty()) {
            throw new IllegalArgumentException("a line of the access log needs a field");
        }
        if (rotateAt != 0 && rotateAt < ROTATE_MIN) {
            throw new IllegalArgumentException("a file of the access log has at least " + ROTATE_MIN
                    + " bytes before it is rotated, not " + rotateAt);
        }
        if (keep < 1 || keep > KEEP_MAX) {
            throw new IllegalArgumentException(
                    "of the access log 1 to " + KEEP_MAX + " files are kept, not " + keep);
        }
    }

    /** All fields, and no rotation. */
    public static AccessLogForm of(AccessLogFormat format) {
        return new AccessLogForm(format, List.of(AccessLogField.values()), 0, KEEP);
    }

    /** A copy with other fields. */
    public AccessLogForm withFields(List<AccessLogField> chosen) {
        return new AccessLogForm(format, chosen, rotateAt, keep);
    }

    /** A copy that rotates. */
    public AccessLogForm withRotation(long size, int kept) {
        return new AccessLogForm(format, fields, size, kept);
    }
}
