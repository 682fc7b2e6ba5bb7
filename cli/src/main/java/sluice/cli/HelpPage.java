package sluice.cli;

import static picocli.CommandLine.Model.UsageMessageSpec.SECTION_KEY_COMMAND_LIST;
import static picocli.CommandLine.Model.UsageMessageSpec.SECTION_KEY_COMMAND_LIST_HEADING;
import static picocli.CommandLine.Model.UsageMessageSpec.SECTION_KEY_DESCRIPTION;
import static picocli.CommandLine.Model.UsageMessageSpec.SECTION_KEY_OPTION_LIST;
import static picocli.CommandLine.Model.UsageMessageSpec.SECTION_KEY_PARAMETER_LIST;

import picocli.CommandLine;
import picocli.CommandLine.Help;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Pages of help, 80 columns wide. Options are in groups: each mixin of a command is one, and its
 * name the heading. Lines break between words only, so that no name of a file is torn.
 */
final class HelpPage {
    private static final int WIDTH = 80;
    /** Where descriptions begin. */
    private static final int COLUMN = 26;
    /** Name of the mixin that picocli makes of {@code mixinStandardHelpOptions}. */
    private static final String HELP = "mixinStandardHelpOptions";

    private HelpPage() {}

    /** Of a command and those below it. */
    static void on(CommandLine command) {
        Map<String, CommandLine.IHelpSectionRenderer> sections = command.getHelpSectionMap();
        sections.put(SECTION_KEY_DESCRIPTION, HelpPage::description);
        sections.put(SECTION_KEY_PARAMETER_LIST, HelpPage::parameters);
        sections.put(SECTION_KEY_OPTION_LIST, HelpPage::options);
        sections.remove(SECTION_KEY_COMMAND_LIST_HEADING);
        sections.put(SECTION_KEY_COMMAND_LIST, HelpPage::commands);
        command.setHelpSectionMap(sections);
        command.getSubcommands().values().forEach(HelpPage::on);
    }

    /** In paragraphs. */
    private static String description(Help help) {
        return Stream.of(help.commandSpec().usageMessage().description())
                .map(paragraph -> entry("", 0, paragraph))
                .collect(Collectors.joining("\n"));
    }

    private static String parameters(Help help) {
        StringBuilder page = new StringBuilder();
        for (ArgSpec parameter : help.commandSpec().positionalParameters()) {
            page.append(page.isEmpty() ? "\n" : "")
                    .append(entry(
                            "  " + parameter.paramLabel(), COLUMN, words(parameter.description())));
        }
        return page.toString();
    }

    private static String options(Help help) {
        CommandSpec command = help.commandSpec();
        List<OptionSpec> own = new ArrayList<>(command.options());
        StringBuilder groups = new StringBuilder();
        StringBuilder last = new StringBuilder();
        command.mixins().forEach((name, mixin) -> {
            own.removeIf(option -> mixin.optionsMap().containsKey(option.longestName()));
            boolean isHelp = name.equals(HELP);
            (isHelp ? last : groups).append(group(isHelp ? "Help" : name, mixin.options()));
        });
        return group("Options", own) + groups + last;
    }

    private static String group(String heading, Collection<OptionSpec> options) {
        StringBuilder page = new StringBuilder();
        for (OptionSpec option : options) {
            page.append(page.isEmpty() ? "\n" + heading + ":\n" : "");
            String value = option.arity().max() == 0 ? "" : "=" + option.paramLabel();
            String names = String.join(", ", option.names());
            page.append(entry("  " + names + value, COLUMN, words(option.description())));
        }
        return page.toString();
    }

    private static String commands(Help help) {
        StringBuilder page = new StringBuilder();
        help.commandSpec().subcommands().forEach((name, command) -> {
            String[] description = command.getCommandSpec().usageMessage().description();
            page.append(page.isEmpty() ? "\nCommands:\n" : "");
            page.append(entry("  " + name, COLUMN / 2 + 2, firstSentence(words(description))));
        });
        return page.toString();
    }

    /** A dot inside a name ends none. */
    private static String firstSentence(String text) {
        return text.split("(?<=\\.) (?=[A-Z])", 2)[0];
    }

    private static String words(String[] lines) {
        return String.join(" ", lines);
    }

    /** A name, and its description in a column of its own. */
    static String entry(String name, int column, String description) {
        StringBuilder page = new StringBuilder(name);
        int end = name.length();
        if (end + 2 > column && end > 0) {
            page.append('\n');
            end = 0;
        }
        page.append(" ".repeat(column - end));
        end = column;
        for (String word : description.split(" ")) {
            if (end > column && end + 1 + word.length() > WIDTH) {
                page.append('\n').append(" ".repeat(column));
                end = column;
            }
            page.append(end > column ? " " : "").append(word);
            end += (end > column ? 1 : 0) + word.length();
        }
        return page.append('\n').toString();
    }
}
