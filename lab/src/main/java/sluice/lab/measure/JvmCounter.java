package sluice.lab.measure;

import com.sun.management.ThreadMXBean;
import com.sun.tools.attach.AttachNotSupportedException;
import com.sun.tools.attach.VirtualMachine;

import sluice.lab.OwnCalls;

import java.io.IOException;
import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;

import javax.management.InstanceAlreadyExistsException;
import javax.management.JMException;
import javax.management.MBeanServerConnection;
import javax.management.ObjectName;
import javax.management.remote.JMXConnector;
import javax.management.remote.JMXConnectorFactory;
import javax.management.remote.JMXServiceURL;

/**
 * What the JVM of a server allocates and how often it collects, asked by JMX. The server gets the
 * classes of JMX for that, so its memory is measured before.
 */
final class JvmCounter implements AutoCloseable {
    /** What was counted so far. */
    record Reading(long allocated, long collections) {
        /** What came since an earlier one. */
        Reading since(Reading earlier) {
            return new Reading(allocated - earlier.allocated, collections - earlier.collections);
        }
    }

    /**
     * Otherwise a thread of the connector asks once a minute whether the server is there, and logs
     * a warning when the server of a cell has ended.
     */
    private static final Map<String, Long> UNCHECKED =
            Map.of("jmx.remote.x.client.connection.check.period", 0L);

    private static final String UNTOLD = "the server does not tell its own system calls";
    private static final String OWN_CALLS = "sluice.lab:type=OwnCalls";

    private final JMXConnector connector;
    private final MBeanServerConnection server;
    private final ThreadMXBean threads;
    private final List<GarbageCollectorMXBean> collectors;

    private JvmCounter(JMXConnector connector) throws IOException {
        this.connector = connector;
        server = connector.getMBeanServerConnection();
        threads = ManagementFactory.newPlatformMXBeanProxy(
                server, ManagementFactory.THREAD_MXBEAN_NAME, ThreadMXBean.class);
        collectors = List.copyOf(
                ManagementFactory.getPlatformMXBeans(server, GarbageCollectorMXBean.class));
    }

    /**
     * Of a process. A thread of its own attaches: what does so forgets that its thread was
     * interrupted, and Ctrl-C would be lost.
     *
     * @throws IOException if it has no JVM, or one that does not answer, with the reason
     */
    static JvmCounter of(int pid) throws IOException {
        FutureTask<JvmCounter> attaching = new FutureTask<>(() -> attach(pid));
        Thread.ofPlatform().name("sluice-lab-attach").daemon().start(attaching);
        boolean interrupted = false;
        try {
            while (true) {
                try {
                    return attaching.get();
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
        } catch (ExecutionException e) {
            throw e.getCause() instanceof IOException refused
                    ? refused
                    : new IOException("the JVM cannot be asked: " + e.getCause(), e);
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    @SuppressWarnings("BanJNDI") // The address is of a process that the lab has started itself.
    private static JvmCounter attach(int pid) throws IOException {
        // Asking to attach sends SIGQUIT, which ends a process that is no JVM (nginx: gracefully).
        Path program = Files.readSymbolicLink(Path.of("/proc/" + pid + "/exe"));
        if (!program.endsWith("java")) {
            throw new IOException("the server is no JVM");
        }
        try {
            VirtualMachine machine = VirtualMachine.attach(Integer.toString(pid));
            try {
                return new JvmCounter(JMXConnectorFactory.connect(
                        new JMXServiceURL(machine.startLocalManagementAgent()), UNCHECKED));
            } finally {
                machine.detach();
            }
        } catch (AttachNotSupportedException e) {
            throw new IOException("the JVM cannot be asked: " + e.getMessage(), e);
        }
    }

    /**
     * Lets the server tell the system calls that it counts of itself.
     *
     * @throws IOException if it is no Sluice
     */
    void askForOwnCalls() throws IOException {
        try {
            server.createMBean(OwnCalls.class.getName(), new ObjectName(OWN_CALLS));
        } catch (InstanceAlreadyExistsException another) {
            // Another cell has the same server, and was counted before.
        } catch (JMException e) {
            throw new IOException(UNTOLD, e);
        }
        ownCalls();
    }

    /** Those until now, after {@link #askForOwnCalls}. */
    long ownCalls() throws IOException {
        try {
            return (Long) server.getAttribute(new ObjectName(OWN_CALLS), "AsLong");
        } catch (JMException e) {
            throw new IOException(UNTOLD, e);
        }
    }

    /** To ask allocates, too: about 20 KB. */
    Reading read() {
        long collections = 0;
        for (GarbageCollectorMXBean collector : collectors) {
            collections += collector.getCollectionCount();
        }
        return new Reading(threads.getTotalThreadAllocatedBytes(), collections);
    }

    @Override
    public void close() throws IOException {
        connector.close();
    }
}
