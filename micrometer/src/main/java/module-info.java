/** Reports what an embedded server counts to Micrometer. */
// Micrometer has no module descriptor.
@SuppressWarnings({"requires-automatic", "requires-transitive-automatic"})
module sluice.micrometer {
    requires static transitive org.jspecify;
    requires transitive micrometer.core;
    requires transitive sluice.server;

    exports sluice.micrometer;
}
