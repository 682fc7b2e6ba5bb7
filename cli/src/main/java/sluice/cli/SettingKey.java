package sluice.cli;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.TypeConversionException;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/**
 * A setting of {@code sluice serve}: an option, by the name that it has in a file. So there is one
 * list of settings, and a file says nothing that the command line cannot.
 *
 * @param section the table of the file
 * @param name the key in that table
 * @param option null for the directory, which is no option
 */
record SettingKey(String section, String name, @Nullable OptionSpec option) {
    /** The section that a file may have several of, one for each site. */
    static final String SITE = "site";
    /** The section that a file may have several of, one for each address. */
    static final String LISTEN = "listen";

    private static final SettingKey ROOT = new SettingKey(SITE, "root", null);
    private static final String NO = "no-";
    /** Sections by the mixins of the command, where they are not called alike. */
    private static final Map<String, String> SECTIONS = Map.of(
            "Address", LISTEN,
            "Files", SITE,
            "Tier", SITE,
            "Uploads", SITE,
            "Rules", SITE,
            "Telling", "log",
            "Access log", "log");

    /** What a reload changes outside of {@link #SITE}. */
    private static final Set<String> RELOADABLE = Set.of("allow-host", "explain");

    private static final List<SettingKey> ALL = List.copyOf(keys());

    /** All of them, in the order of the command's help. */
    static List<SettingKey> all() {
        return ALL;
    }

    private static List<SettingKey> keys() {
        CommandSpec serve = ServeArguments.newCommand().getCommandSpec();
        List<SettingKey> keys = new ArrayList<>();
        serve.mixins().forEach((mixin, spec) -> {
            String section = SECTIONS.getOrDefault(mixin, mixin.toLowerCase(Locale.ROOT));
            if (mixin.equals("Files")) {
                keys.add(ROOT);
            }
            spec.options().stream()
                    .filter(option -> !option.usageHelp() && !option.versionHelp())
                    .map(option -> new SettingKey(section, name(section, option), option))
                    .forEach(keys::add);
        });
        return keys;
    }

    private static String name(String section, OptionSpec option) {
        String name = plain(option);
        String prefix = section + "-";
        return name.startsWith(prefix) ? name.substring(prefix.length()) : name;
    }

    /** The option's name without hyphens and no. */
    private static String plain(OptionSpec option) {
        String name = option.longestName().substring(2);
        return name.startsWith(NO) ? name.substring(NO.length()) : name;
    }

    /** The variable of the environment that says it. */
    String variable() {
        String plain = option == null ? name : plain(option);
        return "SLUICE_" + plain.toUpperCase(Locale.ROOT).replace('-', '_');
    }

    /** How the command line says it. */
    String flag() {
        return option == null ? "DIR" : option.longestName();
    }

    /** Whether a running server can be told another value. */
    boolean isReloadable() {
        return section.equals(SITE) || RELOADABLE.contains(name);
    }

    /** Whether it is a switch. */
    boolean isSwitch() {
        return option != null && option.arity().max() == 0;
    }

    /** Whether the option turns off what the key names: {@code listing = false}. */
    boolean isInverted() {
        return option != null && option.longestName().startsWith("--" + NO);
    }

    /** Whether it has several values. */
    boolean isList() {
        return option != null && option.isMultiValue();
    }

    /** Whether it is a number in a file. */
    boolean isNumber() {
        return option != null
                && (option.type() == int.class || Number.class.isAssignableFrom(option.type()))
                && option.converters().length == 0;
    }

    /** The head of its table in a file. */
    String heading() {
        return heading(section);
    }

    static String heading(String section) {
        boolean several = section.equals(SITE) || section.equals(LISTEN);
        return several ? "[[" + section + "]]" : "[" + section + "]";
    }

    /** What the help says of it. */
    String description() {
        if (option == null) {
            return "directory to serve (default: the current one)";
        }
        String words = String.join(" ", option.description());
        return isInverted() ? "false: " + words : words;
    }

    /**
     * The arguments that say a value of a file; none for a switch that is off.
     *
     * @param values a text, a number or a boolean, or several
     * @throws TypeConversionException if the setting cannot have such values
     */
    List<String> arguments(List<?> values) {
        if (values.size() != 1 && !isList()) {
            throw new TypeConversionException("it has one value, not " + values.size());
        }
        return values.stream().flatMap(this::argument).toList();
    }

    private Stream<String> argument(Object value) {
        if (value instanceof Boolean on) {
            if (!isSwitch()) {
                throw new TypeConversionException("'" + on + "' is no value for it");
            }
            return on == isInverted() ? Stream.empty() : Stream.of(flag());
        }
        if (isSwitch()) {
            throw new TypeConversionException("'" + value + "' is neither true nor false");
        }
        if (!(value instanceof String || value instanceof Number)) {
            throw new TypeConversionException("it is a text, a number, true or false");
        }
        String text = value.toString();
        if (option == null) {
            // No option, though its name may begin like one.
            return Stream.of(text.startsWith("-") ? "./" + text : text);
        }
        return Stream.of(flag() + "=" + text);
    }

    /** The same for a variable of the environment: a list has a value on each line. */
    List<String> arguments(String text) {
        if (isSwitch() && (text.equals("true") || text.equals("false"))) {
            return arguments(List.of(text.equals("true")));
        }
        return arguments(isList() ? text.lines().toList() : List.of(text));
    }
}
