package sluice.cli;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.Spec;

import sluice.io.AddressText;
import sluice.io.Model;
import sluice.io.TlsProvider;
import sluice.io.TlsSettings;
import sluice.server.AccessLog;
import sluice.server.FileServer;
import sluice.server.ProcessFacts;
import sluice.server.ServedFiles;
import sluice.server.Sluice;

import java.io.IOException;
import java.io.PrintWriter;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;

/** {@code sluice serve}. */
@Command(
        name = "serve",
        description = "Serves the files of a directory over HTTP.",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        abbreviateSynopsis = true,
        sortOptions = false,
        footer = {
            "",
            "Examples:",
            "  sluice serve ~/site                  for this machine, at port 8000",
            "  sluice serve /srv/www --host 0.0.0.0 --access-log /var/log/sluice.log",
            "  sluice serve ~/inbox --writable --max-upload 10G",
            "  sluice serve --config /etc/sluice.toml",
            "  sluice serve s3://videos/2026 --tier /var/cache/sluice --tier-max 100G",
            "  sluice serve . --explain             then: curl -I http://127.0.0.1:8000/FILE"
        })
final class ServeCommand implements Callable<Integer> {
    @Parameters(
            arity = "0..1",
            paramLabel = "DIR",
            defaultValue = ".",
            description =
                    "directory to serve, or s3://BUCKET/PREFIX (default: the current directory)")
    private Path directory = Path.of(".");

    @Option(
            names = "--config",
            paramLabel = "FILE",
            description = "take settings from this file, which 'sluice init' makes; options and"
                    + " variables like SLUICE_PORT come before it")
    private @Nullable Path config;

    @Mixin(name = "Address")
    private AddressOptions address = new AddressOptions();

    @Mixin(name = "TLS")
    private TlsOptions tls = new TlsOptions();

    @Mixin(name = "Files")
    private FilesOptions files = new FilesOptions();

    @Mixin(name = "Tier")
    private TierOptions tier = new TierOptions();

    @Mixin(name = "Uploads")
    private UploadOptions uploads = new UploadOptions();

    @Mixin(name = "Rules")
    private RuleOptions rules = new RuleOptions();

    @Mixin(name = "Telling")
    private TellingOptions telling = new TellingOptions();

    @Mixin(name = "Access log")
    private LogOptions logging = new LogOptions();

    @Mixin(name = "Admin")
    private AdminOptions admin = new AdminOptions();

    @Mixin(name = "Sandbox")
    private SandboxOptions sandbox = new SandboxOptions();

    @Mixin(name = "Limits")
    private ResourceOptions resources = new ResourceOptions();

    @Mixin(name = "Clients")
    private ClientOptions clients = new ClientOptions();

    @Mixin(name = "Machinery")
    private MachineryOptions machinery = new MachineryOptions();

    @Spec
    private @Nullable CommandSpec spec;

    /** Where these options come from. */
    private ServeArguments told = ServeArguments.of(List.of());

    void use(ServeArguments all) {
        told = all;
    }

    @Override
    public Integer call() throws InterruptedException, IOException {
        CommandLine command = Objects.requireNonNull(spec).commandLine();
        PrintWriter err = command.getErr();
        if (Files.isDirectory(directory) && !Files.isExecutable(directory)) {
            err.println("sluice: no permission to search " + directory + " (chmod +x)");
            return Exit.FAILED;
        }
        Systemd systemd = Systemd.here();
        Calibration.Choice measured = machinery.measured();
        Sluice.Builder settings;
        Duration drainTimeout;
        try {
            settings = settings(command.getParseResult(), measured);
            drainTimeout = resources.drainTimeout();
        } catch (IllegalArgumentException e) {
            throw new ParameterException(command, String.valueOf(e.getMessage()), e);
        }
        Sandbox allowed = new Sandbox();
        String confined = confine(settings.build(), systemd, allowed);
        if (!confined.isEmpty()) {
            err.println("sluice: " + confined);
        }
        inherit(systemd.inherited(), settings);
        AccessLog log = logging.open();
        Operations operations = Operations.start(admin, systemd, sandbox.account());
        FileServer server;
        try {
            server = started(settings, log, operations);
        } catch (IllegalArgumentException e) {
            if (!machinery.machinery().cell().isPossible()) {
                throw new ParameterException(command, String.valueOf(e.getMessage()), e);
            }
            // Another machine could run it.
            err.println("sluice: " + e.getMessage());
            return Exit.FAILED;
        }
        LiveLine live = telling.drawsOnTerminal(logging.toStdout())
                ? LiveLine.of(server, System.out, System::nanoTime)
                : LiveLine.NONE;
        Notes notes = new Notes(err);
        ServerEnd end = new ServerEnd(server, log, live, operations, drainTimeout, notes);
        Runtime.getRuntime().addShutdownHook(new Thread(end::run));
        NewSettings settingsAgain =
                new NewSettings(told, server, measured, Sandbox.isInside() ? allowed : null);
        Reload reload = new Reload(settingsAgain, server, operations, log, notes);
        Signals.handle(reload::by, signal -> operations.reopen(signal, log, notes));
        err.println("sluice: " + server.description() + machinery.reason() + measured.words());
        tell(server, err);
        operations.obey(server, reload, notes);
        operations.started(server, log, err);
        announce(server, logging.toStdout() ? err : command.getOut());
        live.start();
        new CountDownLatch(1).await();
        return Exit.OK;
    }

    /** What else the user should know of it. */
    private void tell(FileServer server, PrintWriter err) {
        String scarce = scarcity(server.tlsProvider());
        if (!scarce.isEmpty()) {
            err.println("sluice: " + scarce);
        }
        String fingerprint = server.fingerprint();
        if (fingerprint != null) {
            err.println("sluice: " + server.tlsLibrary() + ", SHA-256 of the certificate "
                    + fingerprint);
        }
        for (SocketAddress plain : server.plainAddresses()) {
            err.println("sluice: plain http at " + AddressText.asUri(plain, false));
        }
        if (server.redirectPort() > 0) {
            err.println(
                    "sluice: plain http at port " + server.redirectPort() + " redirects to https");
        }
    }

    /** Starts the server; who operates it hears no more if that fails. */
    private static FileServer started(
            Sluice.Builder settings, @Nullable AccessLog log, Operations operations)
            throws IOException {
        try {
            operations.hearOf(settings);
            if (log != null) {
                settings.onResponse(log);
            }
            FileServer server = settings.build().start();
            operations.bound();
            return server;
        } catch (IOException | RuntimeException e) {
            operations.close();
            throw e;
        }
    }

    /**
     * What the options say.
     *
     * @throws IllegalArgumentException if that cannot be
     */
    private Sluice.Builder settings(ParseResult given, Calibration.Choice measured) {
        Sluice.Builder settings = sites(given, measured)
                .machinery(machinery.machinery())
                .limits(clients.paced(resources.limits(machinery.machinery())))
                .peers(clients.peers())
                .proxies(clients.proxies())
                .memory(resources.memory());
        TlsSettings secure = tls.settings(address.host());
        for (ConfigFile.Address other : told.file().listeners()) {
            if (other.tls() || secure == null) {
                settings.listen(other.host(), other.port());
            } else {
                settings.listenPlain(other.host(), other.port());
            }
        }
        if (secure != null) {
            if (address.speaksH2c()) {
                throw new IllegalArgumentException(
                        "--h2c has no effect with https, where clients get HTTP/2 anyway");
            }
            settings.tls(secure);
        }
        logging.form();
        admin.address();
        sandbox.check();
        if (sandbox.account() != null && machinery.machinery().cell().model() == Model.IO_URING) {
            throw new IllegalArgumentException("--user cannot be used with --model io_uring:"
                    + " threads of the kernel would stay who they are");
        }
        settings.build();
        return settings;
    }

    /**
     * What they say of sites and addresses.
     *
     * @throws IllegalArgumentException if that cannot be
     */
    Sluice.Builder sites(ParseResult given, Calibration.Choice measured) {
        String refusal = NoEffect.refusal(given, machinery.machinery(), address.host());
        if (refusal != null) {
            throw new IllegalArgumentException(refusal);
        }
        Sluice.Builder settings = address.settings().files(served(measured));
        ConfigFile file = told.file();
        file.sites().forEach((host, site) -> settings.site(host, served(site, measured)));
        return settings;
    }

    /** See {@link Confinement#confine}. */
    private String confine(Sluice settings, Systemd systemd, Sandbox allowed) throws IOException {
        allowed.read(Calibration.file());
        String inEnvironment = System.getenv(ServeArguments.VARIABLE_OF_FILE);
        if (config != null) {
            allowed.readBeside(config);
        } else if (inEnvironment != null && !inEnvironment.isEmpty()) {
            allowed.readBeside(Path.of(inEnvironment));
        }
        told.file().allow(allowed);
        rules.allow(allowed);
        tls.allow(allowed);
        logging.allow(allowed);
        admin.allow(allowed);
        settings.reachedAt().forEach(allowed::socketAt);
        boolean exposed = systemd.isManaged()
                || settings.reachedAt().stream().anyMatch(AddressOptions::reachesOthers);
        List<ServedFiles> served = new ArrayList<>(settings.sites().values());
        served.add(settings.files());
        return Confinement.confine(sandbox, exposed, served, allowed);
    }

    /** Listens where a socket that was handed over does. */
    private void inherit(@Nullable SocketAddress at, Sluice.Builder settings) {
        if (at == null) {
            return;
        }
        CommandLine command = Objects.requireNonNull(spec).commandLine();
        for (String option : List.of("--host", "--port")) {
            if (command.getParseResult().hasMatchedOption(option)) {
                throw new ParameterException(
                        command,
                        option
                                + " has no effect with the socket that the service manager hands"
                                + " over");
            }
        }
        switch (at) {
            case InetSocketAddress inet ->
                settings.host(inet.getAddress().getHostAddress()).port(inet.getPort());
            default -> settings.host(AddressText.of(at));
        }
    }

    private ServedFiles served(Calibration.Choice measured) {
        return tier.files(files, directory)
                .withUploads(uploads.uploads())
                .withRules(rules.rules())
                .withExplain(telling.explains())
                .withMemoryUpTo(measured.memoryUpTo());
    }

    /** The files of a host: what this command would serve with the arguments of its site. */
    private ServedFiles served(ConfigFile.Site site, Calibration.Choice measured) {
        try {
            ParseResult parsed = ServeArguments.parse(site.arguments());
            ServeCommand other = ServeArguments.command(parsed);
            String refusal =
                    NoEffect.refusal(parsed, other.machinery.machinery(), other.address.host());
            if (refusal != null) {
                throw new IllegalArgumentException(refusal);
            }
            return other.served(measured).withExplain(telling.explains());
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(site.where() + ": " + e.getMessage(), e);
        }
    }

    /**
     * Checks what was parsed without serving it.
     *
     * @throws IllegalArgumentException if it cannot be
     */
    void check(ParseResult given) {
        Sluice checked = settings(given, machinery.measured()).build();
        Stream.concat(Stream.of(checked.files()), checked.sites().values().stream())
                .flatMap(site -> Confinement.directories(site).stream())
                .filter(directory -> !Files.isDirectory(directory))
                .forEach(directory -> {
                    throw new IllegalArgumentException(directory + " is no directory");
                });
    }

    /** What this process has too little of; empty if it has enough. */
    private String scarcity(@Nullable TlsProvider tls) {
        return BudgetReport.scarcity(
                ProcessFacts.read(),
                machinery.machinery(),
                resources.limits(machinery.machinery()),
                resources.memory(),
                tls);
    }

    /** Scripts wait for the first line. */
    private void announce(FileServer server, PrintWriter to) throws IOException {
        String served = TierOptions.isStore(directory)
                ? TierOptions.name(directory)
                : absolute(directory).toString();
        to.println("Sluice serving " + served + " at " + server.uri());
        List<URI> reachable = AddressOptions.reachable(server);
        reachable.stream()
                .filter(uri -> !uri.equals(server.uri()))
                .forEach(uri -> to.println("  for other devices: " + uri));
        reachable.stream()
                .findFirst()
                .map(uri -> telling.drawing(uri.toString(), logging.toStdout()))
                .ifPresent(lines -> lines.forEach(to::println));
        to.flush();
    }

    /** For the user. Only the file system knows what a .. behind a link leads to. */
    private static Path absolute(Path path) {
        for (Path name : path) {
            if (name.toString().equals("..")) {
                try {
                    return path.toRealPath();
                } catch (IOException e) {
                    return path.toAbsolutePath();
                }
            }
        }
        return path.toAbsolutePath().normalize();
    }
}
