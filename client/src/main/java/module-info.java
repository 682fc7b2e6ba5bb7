/** Downloads and uploads files. */
module sluice.client {
    requires static transitive org.jspecify;
    requires sluice.http;
    requires transitive sluice.io;

    exports sluice.client;
}
