package sluice.lab.explain;

import org.jspecify.annotations.Nullable;

import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What the head of an answer tells of its way: the fields Sluice-Path and Server-Timing.
 *
 * @param copy the copy path
 * @param model how the loop waits
 * @param tls who encrypts; empty without TLS
 * @param cold what becomes of bytes that are not in memory
 * @param kernel bytes of the body that the kernel moves alone
 * @param user bytes that pass user space
 * @param lookupMillis from the request's head to the answer's; null if it is not told
 * @param byWorker whether a worker looked
 */
record Told(
        String copy,
        String model,
        String tls,
        String cold,
        long kernel,
        long user,
        @Nullable String lookupMillis,
        boolean byWorker) {
    private static final Pattern PAIR = Pattern.compile("([a-z]+)=([a-z0-9_-]{1,30})");
    private static final Pattern LOOKUP =
            Pattern.compile("lookup;dur=([0-9.]{1,20});desc=\"([a-z ]{1,30})\"");

    /** What it tells, or null if it tells nothing that can be understood. */
    static @Nullable Told of(Answered answer) {
        Map<String, String> pairs = new TreeMap<>();
        Matcher pair = PAIR.matcher(answer.field("sluice-path"));
        while (pair.find()) {
            pairs.put(pair.group(1), pair.group(2));
        }
        String kernel = pairs.getOrDefault("kernel", "");
        String user = pairs.getOrDefault("user", "");
        if (!pairs.containsKey("copy") || !isNumber(kernel) || !isNumber(user)) {
            return null;
        }
        Matcher lookup = LOOKUP.matcher(answer.field("server-timing"));
        boolean found = lookup.find();
        return new Told(
                pairs.getOrDefault("copy", ""),
                pairs.getOrDefault("model", ""),
                pairs.getOrDefault("tls", ""),
                pairs.getOrDefault("cold", ""),
                Long.parseLong(kernel),
                Long.parseLong(user),
                found ? lookup.group(1) : null,
                found && lookup.group(2).equals("by a worker"));
    }

    private static boolean isNumber(String text) {
        return text.matches("\\d{1,18}");
    }
}
