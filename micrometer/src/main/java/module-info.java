/** Reports what an embedded server counts to Micrometer. */
@SuppressWarnings({"requires-automatic", "requires-transitive-automatic"}) // Micrometer is one
module sluice.micrometer {
    requires static transitive org.jspecify;
    requires transitive micrometer.core;
    requires transitive sluice.server;

    exports sluice.micrometer;
}
