/** The HTTP/1.1 protocol, free of I/O. */
module sluice.http {
    requires static transitive org.jspecify;
}
