/** Serves files; what an embedder requires. */
module sluice.server {
    requires static transitive org.jspecify;
    requires java.management;
    requires jdk.jfr;
    requires transitive sluice.http;
    requires transitive sluice.io;

    exports sluice.server;

    uses sluice.server.Encoder;
}
