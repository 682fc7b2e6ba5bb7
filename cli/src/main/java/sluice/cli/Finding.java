package sluice.cli;

import java.util.Locale;

/**
 * One thing that the doctor found out.
 *
 * @param section heading that findings of one kind share
 * @param name what was looked at
 * @param value what was found; may be empty where the verdict says all
 * @param advice what to do about it, or what it means; empty if there is nothing to say
 */
record Finding(String section, String name, String value, Verdict verdict, String advice) {
    /** What a finding means for a server. */
    enum Verdict {
        /** It works. */
        OK,
        /** A fact that is neither good nor bad. */
        INFO,
        /** A server does without, or does less. */
        NOTE,
        /** A server cannot run without. */
        FAIL;

        /** As users and programs read it. */
        String label() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    static Finding ok(String section, String name, String value) {
        return new Finding(section, name, value, Verdict.OK, "");
    }

    static Finding info(String section, String name, String value) {
        return new Finding(section, name, value, Verdict.INFO, "");
    }

    static Finding note(String section, String name, String value, String advice) {
        return new Finding(section, name, value, Verdict.NOTE, advice);
    }

    static Finding fail(String section, String name, String value, String advice) {
        return new Finding(section, name, value, Verdict.FAIL, advice);
    }
}
