package sluice.lab.report;

import org.jspecify.annotations.Nullable;

/**
 * What this machine says of something that tutorials claim.
 *
 * @param evidence the figures behind the finding
 * @param job which has these figures; null if none has
 */
record Verdict(
        String claim,
        Finding finding,
        String evidence,
        @Nullable String job) {
    /** Whether it holds. */
    enum Finding {
        CONFIRMED("confirmed"),
        NOT_HERE("not here"),
        UNDECIDED("undecided"),
        NOT_MEASURED("not measured");

        final String words;

        Finding(String words) {
            this.words = words;
        }
    }

    static Verdict unmeasured(String claim, String what) {
        return new Verdict(claim, Finding.NOT_MEASURED, what, null);
    }
}
