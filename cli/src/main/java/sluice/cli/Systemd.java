package sluice.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import org.jspecify.annotations.Nullable;

import sluice.io.InheritedSockets;
import sluice.linux.Errno;
import sluice.linux.Linux;
import sluice.linux.NotifySocket;
import sluice.linux.ProcessCalls;

import java.io.IOException;
import java.net.SocketAddress;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/**
 * What a service manager tells a service by its environment, and what it wants to hear: the
 * protocols of systemd (sd_notify(3), sd_listen_fds(3), sd_watchdog_enabled(3)), which others
 * speak, too. Silent if nobody listens.
 */
final class Systemd implements AutoCloseable {
    /** The first descriptor that is handed over (SD_LISTEN_FDS_START). */
    private static final int FIRST_DESCRIPTOR = 3;

    private final Map<String, String> environment;
    private final int pid;
    private volatile boolean closed;
    private volatile boolean replaced;
    private @Nullable Thread watchdog;

    private Systemd(Map<String, String> environment, int pid) {
        this.environment = environment;
        this.pid = pid;
    }

    /** Of this process. */
    static Systemd here() {
        return of(System.getenv(), Linux.available() ? ProcessCalls.getpid() : 0);
    }

    static Systemd of(Map<String, String> environment, int pid) {
        return new Systemd(environment, pid);
    }

    /** Whether a service manager started this process. */
    boolean isManaged() {
        return environment.containsKey("NOTIFY_SOCKET") || number("LISTEN_PID") == pid;
    }

    /** The first descriptor that was not handed over. */
    int descriptorsEnd() {
        boolean ours = number("LISTEN_PID") == pid;
        return FIRST_DESCRIPTOR + (ours ? (int) Math.max(0, number("LISTEN_FDS")) : 0);
    }

    /**
     * The address of the socket that was handed over (LISTEN_FDS), which is offered to the server;
     * null if there is none for this process.
     *
     * @throws IOException if there are several, or it is of another kind
     */
    @Nullable
    SocketAddress inherited() throws IOException {
        long count = number("LISTEN_FDS");
        if (count <= 0 || number("LISTEN_PID") != pid) {
            return null;
        }
        if (count > 1) {
            throw new IOException("the service manager hands over " + count
                    + " sockets, and the server takes one; give a .socket unit one ListenStream");
        }
        return InheritedSockets.offer(FIRST_DESCRIPTOR);
    }

    /** The server answers. */
    void ready(String status) {
        send("READY=1\nSTATUS=" + status);
    }

    /** It reads its files again; {@link #ready} tells that it has. */
    void reloading() {
        long micros = TimeUnit.NANOSECONDS.toMicros(System.nanoTime());
        send("RELOADING=1\nMONOTONIC_USEC=" + micros);
    }

    /** Another process is the service now, and speaks for it. */
    void replacedBy(int process) {
        send("MAINPID=" + process);
        replaced = true;
        close();
    }

    boolean isReplaced() {
        return replaced;
    }

    /** It finishes its last responses. */
    void stopping() {
        send("STOPPING=1\nSTATUS=finishes the last responses");
    }

    /**
     * Sends a sign of life at half of the time that the manager waits for one (WATCHDOG_USEC), as
     * long as the server is well: then one that hangs is restarted.
     */
    void watch(BooleanSupplier isWell) {
        long micros = number("WATCHDOG_USEC");
        boolean ours = !environment.containsKey("WATCHDOG_PID") || number("WATCHDOG_PID") == pid;
        if (micros <= 0 || !ours) {
            return;
        }
        long nanos = TimeUnit.MICROSECONDS.toNanos(micros) / 2;
        watchdog = Thread.ofPlatform().name("sluice-notify").daemon().start(() -> {
            while (!closed) {
                if (isWell.getAsBoolean()) {
                    send("WATCHDOG=1");
                }
                LockSupport.parkNanos(nanos);
            }
        });
    }

    private void send(String state) {
        String socket = environment.get("NOTIFY_SOCKET");
        if (socket == null || replaced || !Linux.available()) {
            return;
        }
        int sent = NotifySocket.send(socket, state.getBytes(UTF_8));
        if (sent < 0) {
            System.getLogger("sluice.cli")
                    .log(
                            System.Logger.Level.WARNING,
                            "cannot notify the service manager at " + socket + ": "
                                    + Errno.describe(sent));
        }
    }

    /** A whole number of the environment; -1 if there is none. */
    private long number(String name) {
        try {
            return Long.parseLong(environment.getOrDefault(name, "-1"));
        } catch (NumberFormatException e) {
            return -1;
        }
    }

    @Override
    public void close() {
        closed = true;
        if (watchdog != null) {
            LockSupport.unpark(watchdog);
        }
    }
}
