package sluice.lab.report;

/**
 * What this machine says of something that tutorials claim.
 *
 * @param evidence the figures behind the finding
 */
record Verdict(String claim, Finding finding, String evidence) {
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
        return new Verdict(claim, Finding.NOT_MEASURED, what);
    }
}
