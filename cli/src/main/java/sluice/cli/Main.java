package sluice.cli;

/** Entry point of the {@code sluice} command. */
public final class Main {
    private Main() {}

    /** Prints how the command is used, and exits 2: there is no command yet. */
    public static void main(String[] args) {
        System.err.println("usage: sluice serve [DIR] [--port P]");
        System.exit(2);
    }
}
