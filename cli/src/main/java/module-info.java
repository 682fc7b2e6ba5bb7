/** The {@code sluice} command. */
@SuppressWarnings("requires-automatic") // bcrypt and tomlj have no module descriptor
module sluice.cli {
    requires static org.jspecify;
    requires bcrypt;
    requires bytes;
    requires info.picocli;
    requires io.nayuki.qrcodegen;
    requires java.management;
    requires jdk.unsupported;
    requires org.antlr.antlr4.runtime;
    requires org.tomlj;
    requires sluice.client;
    requires sluice.codecs;
    requires sluice.copy;
    requires sluice.lab;
    requires sluice.server;

    uses sluice.server.OriginProvider;

    opens sluice.cli to
            info.picocli;

    provides System.LoggerFinder with
            sluice.cli.LogLines;
}
