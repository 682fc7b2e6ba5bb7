/** HTTP/1.1 as pure functions of bytes. */
module sluice.http {
    requires static transitive org.jspecify;

    exports sluice.http;
}
