package sluice.cli;

/** The value of an option that can be switched off. */
enum OnOff {
    ON,
    OFF
}
