package sluice.packaging;

import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/**
 * The manual page of a command as roff, see man(7). It has the groups of {@code --help}: each mixin
 * of a command is one.
 */
final class ManualPage {
    /** Name of the mixin that picocli makes of {@code mixinStandardHelpOptions}. */
    private static final String HELP = "mixinStandardHelpOptions";

    private final CommandSpec command;
    private final StringBuilder page = new StringBuilder();

    ManualPage(CommandSpec command) {
        this.command = command;
    }

    /** As {@code sluice-serve}. */
    String name() {
        return command.qualifiedName("-");
    }

    String text() {
        page.append(".TH ").append(name().replace("-", "\\-")).append(" 1 \"\" Sluice\n");
        String[] description = command.usageMessage().description();
        section("NAME");
        line(name() + " - " + firstSentence(description[0]));
        section("SYNOPSIS");
        page.append(".B ").append(escape(command.qualifiedName())).append('\n');
        line(synopsis());
        section("DESCRIPTION");
        for (String paragraph : description) {
            page.append(".PP\n");
            line(paragraph);
        }
        parameters();
        commands();
        options();
        footer();
        section("SEE ALSO");
        line(seeAlso());
        return page.toString();
    }

    private String synopsis() {
        StringBuilder words = new StringBuilder(command.options().isEmpty() ? "" : "[OPTIONS]");
        for (ArgSpec parameter : command.positionalParameters()) {
            String label = parameter.paramLabel() + (parameter.arity().max() > 1 ? "..." : "");
            boolean needed = parameter.arity().min() > 0;
            words.append(' ').append(needed ? label : "[" + label + "]");
        }
        return words.append(command.subcommands().isEmpty() ? "" : " COMMAND").toString();
    }

    private void parameters() {
        if (!command.positionalParameters().isEmpty()) {
            section("ARGUMENTS");
        }
        for (ArgSpec parameter : command.positionalParameters()) {
            entry(parameter.paramLabel(), parameter.description());
        }
    }

    private void commands() {
        if (!command.subcommands().isEmpty()) {
            section("COMMANDS");
        }
        command.subcommands()
                .forEach((name, below) -> entry(
                        name,
                        firstSentence(below.getCommandSpec().usageMessage().description()[0])));
    }

    private void options() {
        List<OptionSpec> own = new ArrayList<>(command.options());
        command.mixins()
                .forEach((name, mixin) -> own.removeIf(
                        option -> mixin.optionsMap().containsKey(option.longestName())));
        section("OPTIONS");
        entries(own);
        command.mixins().forEach((name, mixin) -> {
            page.append(".SS \"").append(name.equals(HELP) ? "Help" : name).append("\"\n");
            entries(mixin.options());
        });
    }

    private void entries(Collection<OptionSpec> options) {
        for (OptionSpec option : options) {
            String value = option.arity().max() == 0 ? "" : "=" + option.paramLabel();
            entry(String.join(", ", option.names()) + value, option.description());
        }
    }

    /** picocli keeps examples as the lines after the help, with a heading that ends in a colon. */
    private void footer() {
        boolean literal = false;
        for (String line : command.usageMessage().footer()) {
            if (line.endsWith(":") && !line.startsWith(" ")) {
                page.append(literal ? ".fi\n" : "");
                section(line.substring(0, line.length() - 1).toUpperCase(java.util.Locale.ROOT));
                page.append(".nf\n");
                literal = true;
            } else if (!line.isBlank()) {
                page.append(literal ? "" : ".PP\n");
                line(line);
            }
        }
        page.append(literal ? ".fi\n" : "");
    }

    private String seeAlso() {
        CommandSpec above = command.parent();
        List<String> pages = new ArrayList<>();
        if (above != null) {
            pages.add(above.qualifiedName("-") + "(1)");
        }
        for (var below : command.subcommands().values()) {
            pages.add(below.getCommandSpec().qualifiedName("-") + "(1)");
        }
        return String.join(", ", pages);
    }

    private void section(String heading) {
        page.append(".SH \"").append(heading).append("\"\n");
    }

    private void entry(String name, String... description) {
        page.append(".TP\n.B ").append(escape(name)).append('\n');
        line(String.join(" ", description));
    }

    private void line(String text) {
        page.append(escape(text)).append('\n');
    }

    /** A dot inside a name ends none. */
    private static String firstSentence(String text) {
        return text.split("(?<=\\.) (?=[A-Z])", 2)[0];
    }

    /** A dot or an apostrophe at the beginning of a line would be a request. */
    private static String escape(String text) {
        String escaped = text.replace("\\", "\\e").replace("-", "\\-");
        return escaped.startsWith(".") || escaped.startsWith("'") ? "\\&" + escaped : escaped;
    }
}
