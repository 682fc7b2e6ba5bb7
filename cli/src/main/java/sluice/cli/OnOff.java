package sluice.cli;

/** The value of a flag that is on unless it is switched off. */
enum OnOff {
    ON,
    OFF
}
