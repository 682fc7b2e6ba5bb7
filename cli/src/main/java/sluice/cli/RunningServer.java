package sluice.cli;

import sluice.server.FileServer;

import java.util.List;

/** A server that carries out orders. */
record RunningServer(Operations operations, FileServer server, Reload settings, Notes notes)
        implements Control.Orders {
    @Override
    public Outcome reload() {
        return settings.by("sluice reload");
    }

    @Override
    public List<Integer> sockets() {
        return operations.sockets(server);
    }

    @Override
    public void replacedBy(int process) {
        notes.say("process " + process + " has taken over; this one ends");
        operations.replacedBy(process);
        // Its hook finishes the responses, and must not wait for this thread.
        Thread.ofPlatform().name("sluice-end").start(() -> Runtime.getRuntime().exit(Exit.OK));
    }

    @Override
    public void notReplaced(String reason) {
        notes.say("the server that was to take over did not start (" + reason
                + "); this one goes on");
    }
}
