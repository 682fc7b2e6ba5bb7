package sluice.cli;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.Spec;
import picocli.CommandLine.Unmatched;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;

/** {@code sluice config}. */
@Command(
        name = "config",
        description = {
            "Shows the settings that 'sluice serve' would have with the same arguments, and where"
                    + " each comes from: command line, environment, file or default. What it prints"
                    + " is a file of settings; defaults are comments."
        },
        mixinStandardHelpOptions = true,
        abbreviateSynopsis = true,
        versionProvider = Version.class,
        footer = {"", "Examples:", "  sluice config --config /etc/sluice.toml --port 8080"})
final class ConfigCommand implements Callable<Integer> {
    @Unmatched
    private List<String> arguments = new ArrayList<>();

    @Spec
    private @Nullable CommandSpec spec;

    @Override
    public Integer call() {
        CommandLine here = Objects.requireNonNull(spec).commandLine();
        ServeArguments all;
        try {
            all = ServeArguments.of(arguments, System.getenv());
        } catch (ConfigError e) {
            return e.report(here.getErr());
        } catch (ParameterException e) {
            throw new ParameterException(here, Misuse.words(e), e);
        }
        PrintWriter out = here.getOut();
        effective(all, out);
        for (ConfigFile.Address address : all.file().listeners()) {
            out.println("\n[[listen]]");
            out.println("host = " + ConfigText.quoted(address.host()));
            out.println("port = " + address.port());
            if (!address.tls()) {
                out.println("tls = false");
            }
        }
        all.file().sites().forEach((host, site) -> {
            out.println("\n[[site]]");
            out.println(line("host = " + ConfigText.quoted(host), site.where()));
            ParseResult parsed = ServeArguments.parse(site.arguments());
            site.settings().forEach((key, said) -> {
                String value = ConfigText.value(key, parsed);
                out.println(line(key.name() + " = " + value, said.where()));
            });
        });
        out.flush();
        return Exit.OK;
    }

    private static void effective(ServeArguments all, PrintWriter out) {
        ParseResult parsed = ServeArguments.parse(all.arguments());
        Map<SettingKey, String> origins = all.origins();
        String section = "";
        for (SettingKey key : SettingKey.all()) {
            String value = ConfigText.value(key, parsed);
            if (value == null) {
                continue;
            }
            if (!key.section().equals(section)) {
                out.println((section.isEmpty() ? "" : "\n") + key.heading());
                section = key.section();
            }
            String origin = origins.get(key);
            // Who gives a default may be refused, since it would change nothing.
            out.println(
                    origin == null
                            ? line("# " + key.name() + " = " + value, "default")
                            : line(key.name() + " = " + value, origin));
        }
    }

    private static String line(String setting, String origin) {
        return setting + "  # " + origin;
    }
}
