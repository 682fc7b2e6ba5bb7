package sluice.cli;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;

import sluice.server.FileServer;
import sluice.server.ServedFiles;
import sluice.server.Sluice;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Supplier;

/**
 * The settings of a running server, read again. Either all of the new ones count from then on, or
 * the old ones stay. Responses that have begun end as they began.
 */
final class NewSettings implements Supplier<Outcome> {
    private static final String INSTEAD =
            "; restart the server, or let another take over (--take-over)";

    private final FileServer server;
    private final Calibration.Choice measured;
    /** Null if the process may open anything. */
    private final @Nullable Sandbox sandbox;
    /** What counts now. */
    private ServeArguments current;

    NewSettings(
            ServeArguments current,
            FileServer server,
            Calibration.Choice measured,
            @Nullable Sandbox sandbox) {
        this.current = current;
        this.server = server;
        this.measured = measured;
        this.sandbox = sandbox;
    }

    /** Takes the new ones into effect, or none of them. */
    @Override
    public Outcome get() {
        try {
            ServeArguments next = ServeArguments.of(current.given(), System.getenv());
            List<String> fixed = fixed(current, next);
            if (!fixed.isEmpty()) {
                return Outcome.refused(fixed);
            }
            ParseResult parsed = ServeArguments.parse(next.arguments());
            Sluice settings = next.command().sites(parsed, measured).build();
            List<String> faults = faults(settings, next);
            if (!faults.isEmpty()) {
                return Outcome.refused(faults);
            }
            server.replaceAll(settings.files(), settings.sites(), settings.hosts());
            current = next;
            int sites = 1 + settings.sites().size();
            return Outcome.done("the settings were read again; sites: " + sites);
        } catch (ConfigError e) {
            return Outcome.refused(e.lines());
        } catch (ParameterException e) {
            return Outcome.refused(Misuse.words(e));
        } catch (IllegalArgumentException e) {
            return Outcome.refused(String.valueOf(e.getMessage()));
        } catch (IOException e) {
            return Outcome.refused(Failures.inWords(e));
        }
    }

    /** What is said otherwise than before, and is decided when a server starts. */
    static List<String> fixed(ServeArguments before, ServeArguments after) {
        ParseResult old = ServeArguments.parse(before.arguments());
        ParseResult now = ServeArguments.parse(after.arguments());
        List<String> fixed = new ArrayList<>();
        for (SettingKey key : SettingKey.all()) {
            String was = ConfigText.value(key, old);
            if (!key.isReloadable() && !Objects.equals(was, ConfigText.value(key, now))) {
                String where = after.origins().get(key);
                fixed.add((where == null || isGone(key, now) ? "" : where + ": ") + key.name()
                        + " of " + key.heading() + " cannot change while the server runs"
                        + (was == null ? "" : "; it is " + was) + INSTEAD);
            }
        }
        if (!before.file().listeners().equals(after.file().listeners())) {
            fixed.add("the second and later [[listen]] cannot change while the server runs"
                    + INSTEAD);
        }
        return fixed;
    }

    private static boolean isGone(SettingKey key, ParseResult now) {
        return key.option() != null && !now.hasMatchedOption(key.flag());
    }

    /** What keeps sites from being served, with the place that says so. */
    private List<String> faults(Sluice settings, ServeArguments said) {
        Map<String, ServedFiles> sites = new LinkedHashMap<>();
        sites.put("", settings.files());
        sites.putAll(settings.sites());
        List<String> faults = new ArrayList<>();
        sites.forEach((host, files) -> {
            String fault = fault(files);
            if (fault != null) {
                faults.add(said.whereOf(host) + fault);
            }
        });
        return faults;
    }

    private @Nullable String fault(ServedFiles files) {
        for (Path directory : Confinement.directories(files)) {
            if (!Files.isDirectory(directory)) {
                return directory + " is no directory";
            }
        }
        return sandbox == null ? null : Confinement.refusal(sandbox, files);
    }
}
