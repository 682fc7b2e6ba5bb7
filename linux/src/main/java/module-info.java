/**
 * The only module with native access. It is exported for the other modules of Sluice: what programs
 * may rely on is what those export.
 */
module sluice.linux {
    requires static transitive org.jspecify;

    exports sluice.linux;
}
