/** Measures HTTP servers, and what each way of waiting and copying costs on this machine. */
@SuppressWarnings("requires-automatic") // HdrHistogram and Hipparchus have no module descriptor
module sluice.lab {
    requires static transitive org.jspecify;
    requires HdrHistogram;
    requires hipparchus.core;
    requires transitive java.management;
    requires jdk.attach;
    requires jdk.management;
    requires jdk.management.agent;
    requires transitive sluice.client;
    requires sluice.http;
    requires sluice.io;
    requires sluice.linux;
    requires sluice.server;
    requires tools.jackson.databind;
    requires tools.jackson.dataformat.toml;

    exports sluice.lab;

    opens sluice.lab to
            tools.jackson.databind;
    opens sluice.lab.peer to
            tools.jackson.databind;
}
