/** Files to files. */
module sluice.copy {
    requires static transitive org.jspecify;
    requires sluice.linux;

    exports sluice.copy;
}
