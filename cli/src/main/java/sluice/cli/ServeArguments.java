package sluice.cli;

import picocli.CommandLine;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.TypeConversionException;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The arguments of {@code serve}, with those that the environment and a file add. The command line
 * comes before the environment, that before the file, and that before the default. Whatever they
 * say becomes an argument, so that one place understands, checks and refuses it.
 *
 * @param given behind the word {@code serve}
 * @param arguments all of them
 * @param origins of the settings that are not the default
 * @param file what has no argument: more sites, more addresses
 */
record ServeArguments(
        List<String> given,
        List<String> arguments,
        Map<SettingKey, String> origins,
        ConfigFile file) {
    /** The name of the command. */
    static final String NAME = "serve";

    static final String VARIABLE_OF_FILE = "SLUICE_CONFIG";

    /** Of a command line alone. */
    static ServeArguments of(List<String> given) {
        return new ServeArguments(given, given, Map.of(), ConfigFile.NONE);
    }

    /**
     * Adds to the arguments of a command line what it does not say.
     *
     * @param given behind the word {@code serve}
     * @throws ParameterException if they are wrong
     * @throws ConfigError if the file or the environment is
     */
    static ServeArguments of(List<String> given, Map<String, String> environment) {
        ParseResult said = parse(given);
        String named = environment.get(VARIABLE_OF_FILE);
        Path path = said.matchedOptionValue(
                "--config", named == null || named.isEmpty() ? null : Path.of(named));
        ConfigFile file = path == null ? ConfigFile.NONE : ConfigFile.read(path);
        List<String> all = new ArrayList<>();
        Map<SettingKey, String> origins = new LinkedHashMap<>();
        List<String> faults = new ArrayList<>();
        CommandLine trial = newCommand();
        for (SettingKey key : SettingKey.all()) {
            String text = environment.getOrDefault(key.variable(), "");
            ConfigFile.Said inFile = file.settings().get(key);
            if (isSaid(said, key)) {
                origins.put(key, "command line");
            } else if (!text.isEmpty()) {
                try {
                    List<String> arguments = key.arguments(text);
                    parse(trial, arguments);
                    all.addAll(arguments);
                    origins.put(key, key.variable());
                } catch (TypeConversionException e) {
                    faults.add(key.variable() + ": " + e.getMessage());
                } catch (ParameterException e) {
                    faults.add(key.variable() + ": " + Misuse.words(e));
                }
            } else if (inFile != null) {
                all.addAll(inFile.arguments());
                origins.put(key, inFile.where());
            }
        }
        if (!faults.isEmpty()) {
            throw new ConfigError(faults);
        }
        all.addAll(given);
        return new ServeArguments(given, all, origins, file);
    }

    /** Where the root of a site is said, to stand before a fault; empty if unknown. */
    String whereOf(String host) {
        ConfigFile.Site site = file.sites().get(host);
        String where = site == null
                ? origins.entrySet().stream()
                        .filter(origin -> origin.getKey().option() == null)
                        .map(Map.Entry::getValue)
                        .findFirst()
                        .orElse("")
                : site.where();
        return where.isEmpty() ? "" : where + ": ";
    }

    private static boolean isSaid(ParseResult said, SettingKey key) {
        return key.option() == null
                ? said.hasMatchedPositional(0)
                : said.hasMatchedOption(key.flag());
    }

    /** Whether there may be more than the command line says. */
    static boolean mayBeMore(List<String> given, Map<String, String> environment) {
        return given.stream().anyMatch(argument -> argument.startsWith("--config"))
                || environment.keySet().stream().anyMatch(name -> name.startsWith("SLUICE_"));
    }

    /** The command that these are the arguments of. */
    ServeCommand command() {
        ServeCommand command = command(parse(arguments));
        command.use(this);
        return command;
    }

    /** The command that was parsed. */
    static ServeCommand command(ParseResult parsed) {
        return (ServeCommand) parsed.commandSpec().userObject();
    }

    /**
     * What the command understands of arguments.
     *
     * @throws ParameterException if they are wrong
     */
    static ParseResult parse(List<String> arguments) {
        return parse(newCommand(), arguments);
    }

    /** The same with a command that has parsed before, and forgets that. */
    static ParseResult parse(CommandLine serve, List<String> arguments) {
        return serve.parseArgs(arguments.toArray(String[]::new));
    }

    /** The command alone. */
    static CommandLine newCommand() {
        return Options.understood(new CommandLine(new ServeCommand()));
    }
}
