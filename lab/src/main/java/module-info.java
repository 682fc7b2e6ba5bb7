/** Measures HTTP servers, and what each way of waiting and copying costs on this machine. */
@SuppressWarnings("requires-automatic") // HdrHistogram has no module descriptor
module sluice.lab {
    requires static transitive org.jspecify;
    requires HdrHistogram;
    requires java.management;
    requires transitive sluice.client;
    requires sluice.http;
    requires sluice.io;
    requires sluice.server;
    requires tools.jackson.databind;

    exports sluice.lab;

    opens sluice.lab to
            tools.jackson.databind;
}
