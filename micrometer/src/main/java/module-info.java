/** Reports what an embedded server counts to Micrometer. */
@SuppressWarnings("requires-transitive-automatic") // Micrometer has no module descriptor
module sluice.micrometer {
    requires static transitive org.jspecify;
    requires transitive micrometer.core;
    requires transitive sluice.server;

    exports sluice.micrometer;
}
