package sluice.cli;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParseResult;

import java.util.List;
import java.util.stream.Collectors;

/** Settings as TOML. */
final class ConfigText {
    private ConfigText() {}

    /** The value of a setting, or its default; null if it has none. */
    static @Nullable String value(SettingKey key, ParseResult parsed) {
        OptionSpec option = key.option();
        if (option == null) {
            return quoted(
                    parsed.hasMatchedPositional(0)
                            ? parsed.matchedPositional(0).stringValues().getFirst()
                            : ".");
        }
        OptionSpec matched = parsed.matchedOption(key.flag());
        if (key.isSwitch()) {
            return String.valueOf(key.isInverted() == (matched == null));
        }
        if (matched != null) {
            return texts(key, matched.stringValues());
        }
        String byDefault = option.defaultValue();
        return byDefault == null ? null : texts(key, List.of(byDefault));
    }

    private static String texts(SettingKey key, List<String> values) {
        if (!key.isList()) {
            return plain(key, values.getFirst());
        }
        return values.stream().map(ConfigText::quoted).collect(Collectors.joining(", ", "[", "]"));
    }

    private static String plain(SettingKey key, String text) {
        return key.isNumber() && text.matches("\\d+") ? text : quoted(text);
    }

    /** A basic string of TOML. */
    static String quoted(String text) {
        StringBuilder all = new StringBuilder("\"");
        for (char each : text.toCharArray()) {
            if (each == '"' || each == '\\') {
                all.append('\\').append(each);
            } else if (each < ' ' || each == 0x7f) {
                all.append(String.format("\\u%04x", (int) each));
            } else {
                all.append(each);
            }
        }
        return all.append('"').toString();
    }

    /** A file with all settings, each with its description and as a comment. */
    static String all() {
        StringBuilder text = new StringBuilder("""
            # Settings of Sluice, in TOML. Use them by: sluice serve --config FILE
            # Options of the command line come first, then variables of the environment
            # (SLUICE_PORT), then this file. What stands here as a comment is the default, or
            # an example. Check the file by: sluice check FILE
            """);
        String section = "";
        for (SettingKey key : SettingKey.all()) {
            if (!key.section().equals(section)) {
                section = key.section();
                text.append('\n').append(key.heading()).append('\n');
                if (section.equals(SettingKey.SITE)) {
                    text.append(comment("This site answers all requests, but those to the host of"
                            + " another [[site]], which has: host = \"www.example\""));
                }
            }
            text.append('\n').append(comment(key.description()));
            text.append("# ")
                    .append(key.name())
                    .append(" = ")
                    .append(example(key))
                    .append('\n');
        }
        return text.toString();
    }

    private static String comment(String words) {
        return HelpPage.entry("", 0, words)
                .lines()
                .map(line -> "# " + line + "\n")
                .collect(Collectors.joining());
    }

    private static String example(SettingKey key) {
        OptionSpec option = key.option();
        if (option == null) {
            return "\".\"";
        }
        if (key.isSwitch()) {
            return String.valueOf(key.isInverted());
        }
        String byDefault = option.defaultValue();
        String text = byDefault == null ? option.paramLabel() : byDefault;
        return key.isList() ? "[" + quoted(text) + "]" : plain(key, text);
    }

    /** All settings as tables of Markdown, for docs/configuration.md. */
    static String reference() {
        StringBuilder text = new StringBuilder();
        String section = "";
        for (SettingKey key : SettingKey.all()) {
            if (!key.section().equals(section)) {
                section = key.section();
                text.append("\n### `").append(key.heading()).append("`\n\n");
                text.append("| key | option | variable | meaning |\n|---|---|---|---|\n");
            }
            text.append("| `").append(key.name()).append("` | `").append(key.flag());
            text.append("` | `").append(key.variable()).append("` | ");
            text.append(key.description().replace("|", "\\|").replace("<", "&lt;"));
            text.append(" |\n");
        }
        return text.toString();
    }
}
