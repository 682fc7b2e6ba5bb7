package sluice.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

import sluice.lab.Jobs;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.Callable;

/** {@code sluice lab peers}. */
@Command(
        name = "peers",
        description = "Measures the same on other servers: nginx, h2o and lighttpd, with --full"
                + " also Caddy, Apache, jwebserver, Netty, Jetty, Undertow, Tomcat, Vert.x and"
                + " Helidon. Maven fetches the libraries among them when they are first asked for."
                + " A server that is not installed is skipped.",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        abbreviateSynopsis = true,
        sortOptions = false,
        footer = {
            "",
            "Exit codes: as 'sluice lab'.",
            "",
            "Examples:",
            "  sluice lab peers",
            "  sluice lab peers --only 1k,100k --full",
            "  sluice lab peers --reach lab/reach.toml"
        })
final class LabPeersCommand implements Callable<Integer> {
    @Option(
            names = "--only",
            paramLabel = "LOAD",
            split = ",",
            description = "loads to run: 1k, 1k-512, 10k, 100k, 1m, many, connect, start, first"
                    + " (default: all)")
    private List<String> only = List.of();

    @Mixin
    private LabOptions options = new LabOptions();

    @Override
    public Integer call() throws IOException {
        List<String> jobs = only.stream().map(load -> Jobs.PEERS + "-" + load).toList();
        return options.run(jobs, List.of(Jobs.PEERS), List.of(), null);
    }
}
