/** Serves directories to tests. */
module sluice.junit {
    requires static transitive org.jspecify;
    requires transitive org.junit.jupiter.api;
    requires transitive sluice.server;

    exports sluice.junit;

    opens sluice.junit to
            org.junit.platform.commons;
}
