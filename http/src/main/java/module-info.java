/** HTTP/1.1, and HPACK for HTTP/2, as pure functions of bytes. */
module sluice.http {
    requires static transitive org.jspecify;

    exports sluice.http;
}
