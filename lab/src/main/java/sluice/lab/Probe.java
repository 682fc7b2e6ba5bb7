package sluice.lab;

/** Looks at something else at both ends of the time that a load measures. */
public interface Probe {
    /** Looks at nothing. */
    Probe NONE = new Probe() {
        @Override
        public void begin() {}

        @Override
        public void end() {}
    };

    /** Looks at two things. */
    static Probe both(Probe one, Probe other) {
        return new Probe() {
            @Override
            public void begin() {
                one.begin();
                other.begin();
            }

            @Override
            public void end() {
                one.end();
                other.end();
            }
        };
    }

    /** The measurement begins. */
    void begin();

    /** The measurement has ended. */
    void end();
}
