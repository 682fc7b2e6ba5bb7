package sluice.cli;

/** Exit codes. */
final class Exit {
    static final int OK = 0;
    static final int FAILED = 1;
    static final int USAGE = 2;
    /** A comparison found what it was told to fail for. */
    static final int WORSE = 3;

    private Exit() {}
}
