/** The only module with native access. */
module sluice.linux {
    requires static transitive org.jspecify;

    exports sluice.linux;
}
