package sluice.cli;

import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Whether a server could listen. */
final class PortFindings {
    static final int USUAL = 8_000;

    private static final String SECTION = "Ports";
    private static final Path FIRST_FREE = Path.of("/proc/sys/net/ipv4/ip_unprivileged_port_start");

    private PortFindings() {}

    /** Tries a port of loopback; {@code wanted} makes it a failure if it cannot be had. */
    static List<Finding> of(int port, boolean wanted) {
        Finding here = listen(port, wanted);
        String first = firstFree();
        return first.isEmpty()
                ? List.of(here)
                : List.of(here, Finding.info(SECTION, "without privilege", "from " + first));
    }

    private static Finding listen(int port, boolean wanted) {
        String name = "port " + port;
        try (ServerSocket socket = new ServerSocket()) {
            // As the server does: a connection that waits for its last segments is no reason.
            socket.setReuseAddress(true);
            socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
            return Finding.ok(SECTION, name, "is free");
        } catch (BindException e) {
            return refused(name, wanted, "cannot be had: " + e.getMessage());
        } catch (IOException e) {
            return refused(name, wanted, "cannot be had: " + Failures.inWords(e));
        }
    }

    private static Finding refused(String name, boolean wanted, String value) {
        String advice = "choose another by --port; --port 0 takes any that is free";
        return wanted
                ? Finding.fail(SECTION, name, value, advice)
                : Finding.note(SECTION, name, value, advice);
    }

    private static String firstFree() {
        try {
            return Files.readString(FIRST_FREE).strip();
        } catch (IOException e) {
            return "";
        }
    }
}
