/** Copies files and trees. */
module sluice.copy {
    requires static transitive org.jspecify;
    requires sluice.linux;

    exports sluice.copy;
}
