package sluice.packaging;

import picocli.CommandLine;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * Completion for bash: commands, options, the values of an option that has few, and names of files.
 * picocli's own script mixes up options whose values have one label.
 */
final class Completion {
    private static final String BEGIN = """
        # bash completion for sluice(1)
        _sluice() {
            local word=${COMP_WORDS[COMP_CWORD]} option=${COMP_WORDS[COMP_CWORD - 1]}
            # Readline makes words of their own of "=" and what follows.
            if [[ $word == "=" ]]; then
                word=
            elif [[ $option == "=" ]]; then
                option=${COMP_WORDS[COMP_CWORD - 2]}
            fi
            local command=sluice i words=
            for ((i = 1; i < COMP_CWORD; i++)); do
                case $command-${COMP_WORDS[i]} in
                    %s) command+=-${COMP_WORDS[i]} ;;
                esac
            done
            case $command:$option in
        """;
    private static final String END = """
            esac
            COMPREPLY=($(compgen -W "$words" -- "$word"))
            if [[ -z $words ]]; then
                compopt -o default 2> /dev/null
            fi
        }
        complete -F _sluice sluice
        """;

    private final List<CommandSpec> commands = new ArrayList<>();

    Completion(CommandLine all) {
        collect(all);
    }

    private void collect(CommandLine command) {
        commands.add(command.getCommandSpec());
        command.getSubcommands().values().forEach(this::collect);
    }

    String script() {
        String names = commands.stream()
                .skip(1)
                .map(command -> command.qualifiedName("-"))
                .collect(Collectors.joining(" | "));
        StringBuilder script = new StringBuilder(BEGIN.formatted(names));
        commands.forEach(command -> values(script, command));
        commands.forEach(command -> words(script, command));
        return script.append(END).toString();
    }

    /** After an option that takes a value. Without words, bash completes the names of files. */
    private static void values(StringBuilder script, CommandSpec command) {
        for (OptionSpec option : command.options()) {
            if (option.arity().max() > 0) {
                String pattern = List.of(option.names()).stream()
                        .map(name -> command.qualifiedName("-") + ":" + name)
                        .collect(Collectors.joining(" | "));
                line(script, pattern, choices(option));
            }
        }
    }

    /** Anywhere else. A command that takes files completes options only after a hyphen. */
    private static void words(StringBuilder script, CommandSpec command) {
        List<String> words = new ArrayList<>(command.subcommands().keySet());
        command.options().forEach(option -> words.addAll(List.of(option.names())));
        String pattern = command.qualifiedName("-") + ":*";
        boolean files = command.positionalParameters().stream()
                .anyMatch(parameter -> parameter.auxiliaryTypes()[0] == Path.class);
        String options = String.join(" ", words);
        script.append("        ").append(pattern).append(")\n            ");
        script.append(files ? "[[ $word != -* ]] || " : "");
        script.append("words=\"").append(options).append("\"\n            ;;\n");
    }

    /** The constants of our enums are words in capitals; as values they are small. */
    private static String choices(ArgSpec option) {
        Iterable<String> candidates = option.completionCandidates();
        List<String> choices = new ArrayList<>();
        if (candidates != null) {
            candidates.forEach(choice -> choices.add(choice.toLowerCase(Locale.ROOT)));
        }
        return String.join(" ", choices);
    }

    private static void line(StringBuilder script, String pattern, String words) {
        script.append("        ").append(pattern).append(") words=\"");
        script.append(words).append("\" ;;\n");
    }
}
