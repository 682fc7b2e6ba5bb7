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

    /** The measurement begins. */
    void begin();

    /** The measurement has ended. */
    void end();
}
