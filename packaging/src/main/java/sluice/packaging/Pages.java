package sluice.packaging;

import picocli.CommandLine;

import java.io.IOException;
import java.nio.file.Path;

/** What is made from the declarations of the commands: manual pages, and completion for bash. */
final class Pages {
    /** Only the jar of the commands has it, and does not export it: this runs on the class path. */
    private static final String COMMANDS = "sluice.cli.Main";

    private Pages() {}

    /** Into the folders below {@code share} where Linux looks for them. */
    static void write(Path share) throws IOException {
        CommandLine all = commands();
        manual(all, share.resolve("man/man1"));
        Image.write(
                share.resolve("bash-completion/completions/sluice"), new Completion(all).script());
    }

    private static CommandLine commands() {
        try {
            return new CommandLine(Class.forName(COMMANDS));
        } catch (ClassNotFoundException e) {
            throw new IllegalStateException("no " + COMMANDS + " on the class path", e);
        }
    }

    private static void manual(CommandLine command, Path folder) throws IOException {
        ManualPage page = new ManualPage(command.getCommandSpec());
        Image.write(folder.resolve(page.name() + ".1"), page.text());
        for (CommandLine below : command.getSubcommands().values()) {
            manual(below, folder);
        }
    }
}
