package sluice.cli;

import org.jspecify.annotations.Nullable;
import org.tomlj.Toml;
import org.tomlj.TomlArray;
import org.tomlj.TomlParseResult;
import org.tomlj.TomlPosition;
import org.tomlj.TomlTable;

import picocli.CommandLine;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.TypeConversionException;

import sluice.io.Listen;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * The settings of a file in TOML. Each table has the settings of a group of options; there may be
 * several of {@code [[listen]]} and {@code [[site]]}. The first address, and the site without a
 * host, are those that the command line speaks of.
 *
 * @param settings of the command line
 * @param sites other sites, by host
 * @param listeners other addresses
 */
record ConfigFile(
        Map<SettingKey, Said> settings, Map<String, Site> sites, List<Address> listeners) {
    /** No file. */
    static final ConfigFile NONE = new ConfigFile(Map.of(), Map.of(), List.of());

    /** Larger ones are something else. */
    private static final long SIZE_MAX = 1 << 20;

    private static final String HOST = "host";
    private static final String PORT = "port";
    private static final String TLS = "tls";

    /**
     * What a file says about one setting.
     *
     * @param arguments that say the same
     * @param where file, line and column
     */
    record Said(List<String> arguments, String where) {}

    /**
     * A site of a host.
     *
     * @param where file, line and column
     */
    record Site(Map<SettingKey, Said> settings, String where) {
        /** Those of the command {@code serve} that say the same. */
        List<String> arguments() {
            return settings.values().stream()
                    .flatMap(said -> said.arguments().stream())
                    .toList();
        }
    }

    /**
     * Another address to listen on.
     *
     * @param tls whether it speaks what {@code [tls]} says
     */
    record Address(String host, int port, boolean tls) {}

    /**
     * Reads a file.
     *
     * @throws ConfigError if it says what cannot be
     */
    static ConfigFile read(Path file) {
        try {
            if (Files.size(file) > SIZE_MAX) {
                throw new ConfigError(List.of(file + " has more than " + SIZE_MAX + " bytes"));
            }
            return new Reader(file).read(Toml.parse(file));
        } catch (IOException e) {
            throw new ConfigError(List.of("cannot read the settings: " + Failures.inWords(e)));
        }
    }

    /** Lets a sandbox read the files of passwords that sites name. */
    void allow(Sandbox sandbox) {
        String option = "--auth-file=";
        sites.values().stream()
                .flatMap(site -> site.arguments().stream())
                .filter(argument -> argument.startsWith(option))
                .forEach(argument -> sandbox.read(Path.of(argument.substring(option.length()))));
    }

    /** Reads one file, and collects all that is wrong with it. */
    private static final class Reader {
        private final Path file;
        private final Map<String, Map<String, SettingKey>> sections = new LinkedHashMap<>();
        private final List<String> faults = new ArrayList<>();
        /** Is given each setting alone, to find out what is wrong with it. */
        private final CommandLine trial = ServeArguments.newCommand();

        private final Map<SettingKey, Said> settings = new LinkedHashMap<>();
        private final Map<String, Site> sites = new LinkedHashMap<>();
        private final List<Address> listeners = new ArrayList<>();
        private boolean hasSiteForOthers;
        private boolean hasFirstAddress;

        Reader(Path file) {
            this.file = file;
            for (SettingKey key : SettingKey.all()) {
                sections.computeIfAbsent(key.section(), _ -> new LinkedHashMap<>())
                        .put(key.name(), key);
            }
        }

        private String where(@Nullable TomlPosition position) {
            return position == null
                    ? file.toString()
                    : file + ":" + position.line() + ":" + position.column();
        }

        private void fault(@Nullable TomlPosition position, String words) {
            faults.add(where(position) + ": " + words);
        }

        ConfigFile read(TomlParseResult all) {
            all.errors()
                    .forEach(error -> fault(error.position(), String.valueOf(error.getMessage())));
            if (!all.hasErrors()) {
                for (String name : all.keySet()) {
                    section(name, all.get(List.of(name)), all.inputPositionOf(List.of(name)));
                }
            }
            if (!faults.isEmpty()) {
                throw new ConfigError(faults);
            }
            return new ConfigFile(settings, sites, listeners);
        }

        private void section(String name, @Nullable Object value, @Nullable TomlPosition position) {
            Map<String, SettingKey> keys = sections.get(name);
            boolean several = name.equals(SettingKey.SITE) || name.equals(SettingKey.LISTEN);
            if (keys == null) {
                String hint = Stream.of(name)
                        .flatMap(any -> sections.entrySet().stream()
                                .filter(section -> section.getValue().containsKey(any))
                                .map(section -> belongs(section.getKey())))
                        .findFirst()
                        .orElseGet(() -> Near.hint(name, sections.keySet()));
                fault(position, "there is no table '" + name + "'" + hint);
            } else if (value instanceof TomlTable table && !several) {
                settings.putAll(said(table, keys, name));
            } else if (value instanceof TomlArray array && several && holdsTables(array)) {
                IntStream.range(0, array.size())
                        .mapToObj(i -> Objects.requireNonNull(array.getTable(i)))
                        .forEach(table -> several(name, table, keys));
            } else {
                fault(position, "'" + name + "' is the table " + SettingKey.heading(name));
            }
        }

        private static boolean holdsTables(TomlArray array) {
            return array.toList().stream().allMatch(TomlTable.class::isInstance);
        }

        private static String belongs(String section) {
            return "; it belongs into " + SettingKey.heading(section);
        }

        private void several(String name, TomlTable table, Map<String, SettingKey> keys) {
            if (name.equals(SettingKey.SITE)) {
                site(table, keys);
            } else {
                listen(table, keys);
            }
        }

        private void site(TomlTable table, Map<String, SettingKey> keys) {
            Map<SettingKey, Said> said = said(table, keys, SettingKey.SITE);
            if (!table.contains(List.of(HOST))) {
                if (hasSiteForOthers) {
                    fault(first(table), "two [[site]] have no host; one is for all other hosts");
                }
                hasSiteForOthers = true;
                settings.putAll(said);
                return;
            }
            TomlPosition position = table.inputPositionOf(List.of(HOST));
            if (said.keySet().stream().noneMatch(key -> key.option() == null)) {
                fault(position, "this site has no root");
            }
            for (Object host : values(table.get(List.of(HOST)))) {
                Site site = new Site(said, where(position));
                if (!(host instanceof String text) || text.isEmpty()) {
                    fault(position, "a host is a text, as \"www.example\"");
                } else if (sites.put(text, site) != null) {
                    fault(position, "site " + text + " is there twice");
                }
            }
        }

        private static @Nullable TomlPosition first(TomlTable table) {
            return table.keySet().stream()
                    .map(key -> table.inputPositionOf(List.of(key)))
                    .findFirst()
                    .orElse(null);
        }

        private void listen(TomlTable table, Map<String, SettingKey> keys) {
            Map<SettingKey, Said> said = said(table, keys, SettingKey.LISTEN);
            if (!hasFirstAddress) {
                hasFirstAddress = true;
                settings.putAll(said);
                return;
            }
            for (String key : table.keySet()) {
                if (!key.equals(HOST) && !key.equals(PORT) && !key.equals(TLS)) {
                    fault(
                            table.inputPositionOf(List.of(key)),
                            "'" + key + "' belongs into the first [[listen]]: it is for all");
                }
            }
            if (table.contains(List.of(TLS)) && !Boolean.FALSE.equals(table.get(List.of(TLS)))) {
                fault(
                        table.inputPositionOf(List.of(TLS)),
                        "'tls' is false here, or is left out: [tls] is for all other addresses");
            }
            Object host = table.get(List.of(HOST));
            Object port = table.get(List.of(PORT));
            boolean tls = !table.contains(List.of(TLS));
            if (host instanceof String name && name.startsWith(Listen.UNIX)) {
                if (port != null) {
                    fault(table.inputPositionOf(List.of(PORT)), "a Unix socket has no port");
                }
                listeners.add(new Address(name, 0, tls));
            } else if (host instanceof String name && port instanceof Long number) {
                listeners.add(new Address(name, (int) Math.min(number, Integer.MAX_VALUE), tls));
            } else {
                fault(first(table), "another [[listen]] has host and port");
            }
        }

        private Map<SettingKey, Said> said(
                TomlTable table, Map<String, SettingKey> keys, String section) {
            Map<SettingKey, Said> all = new LinkedHashMap<>();
            for (String name : table.keySet()) {
                TomlPosition position = table.inputPositionOf(List.of(name));
                SettingKey key = keys.get(name);
                if (key == null) {
                    if (!isBeside(section, name)) {
                        fault(position, unknown(name, keys, section));
                    }
                    continue;
                }
                try {
                    List<String> arguments = key.arguments(values(table.get(List.of(name))));
                    ServeArguments.parse(trial, arguments);
                    all.put(key, new Said(arguments, where(position)));
                } catch (TypeConversionException e) {
                    fault(position, name + ": " + e.getMessage());
                } catch (ParameterException e) {
                    String words = Misuse.words(e);
                    String flag = key.flag() + ": ";
                    fault(
                            position,
                            name + ": "
                                    + (words.startsWith(flag)
                                            ? words.substring(flag.length())
                                            : words));
                }
            }
            return all;
        }

        /** Whether it is no setting of the command line, but is read elsewhere. */
        private boolean isBeside(String section, String name) {
            return section.equals(SettingKey.SITE) && name.equals(HOST)
                    || section.equals(SettingKey.LISTEN) && name.equals(TLS) && hasFirstAddress;
        }

        private String unknown(String name, Map<String, SettingKey> keys, String section) {
            if (section.equals(SettingKey.LISTEN) && name.equals("unix")) {
                return "there is no setting 'unix' in [[listen]]; write host = \"unix:FILE\"";
            }
            String elsewhere = sections.entrySet().stream()
                    .filter(other -> other.getValue().containsKey(name))
                    .map(other -> belongs(other.getKey()))
                    .findFirst()
                    .orElseGet(() -> Near.hint(name, keys.keySet()));
            String table = SettingKey.heading(section);
            return "there is no setting '" + name + "' in " + table + elsewhere;
        }

        private static List<Object> values(@Nullable Object value) {
            return value instanceof TomlArray array
                    ? array.toList()
                    : List.of(Objects.requireNonNull(value));
        }
    }
}
