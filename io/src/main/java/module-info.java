/** Event loops over Linux system calls and over java.nio. */
module sluice.io {
    requires static transitive org.jspecify;
    requires jdk.jfr;
    requires transitive sluice.linux;

    exports sluice.io;
}
