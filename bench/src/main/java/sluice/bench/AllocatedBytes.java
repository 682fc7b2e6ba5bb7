package sluice.bench;

import com.sun.management.ThreadMXBean;
import com.sun.tools.attach.VirtualMachine;

import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;

import javax.management.remote.JMXConnector;
import javax.management.remote.JMXConnectorFactory;
import javax.management.remote.JMXServiceURL;

/**
 * Prints how many bytes all threads of another JVM have allocated since it started, once for each
 * line it reads. {@code bench/before-after} starts it as a source file.
 *
 * <pre>java AllocatedBytes.java PID</pre>
 *
 * <p>The total includes threads that have ended, which a thread dump does not show, and is exact to
 * the byte, which {@code jcmd PID Thread.print -e} is not. Asking allocates a little in the other
 * JVM: the caller asks twice without a load and subtracts the difference.
 */
public final class AllocatedBytes {
    private AllocatedBytes() {}

    @SuppressWarnings("BanJNDI") // the address is the one that the other JVM has just told us
    public static void main(String[] args) throws Exception {
        VirtualMachine other = VirtualMachine.attach(args[0]);
        JMXServiceURL address = new JMXServiceURL(other.startLocalManagementAgent());
        other.detach();
        try (JMXConnector connector = JMXConnectorFactory.connect(address)) {
            ThreadMXBean threads = ManagementFactory.newPlatformMXBeanProxy(
                    connector.getMBeanServerConnection(),
                    ManagementFactory.THREAD_MXBEAN_NAME,
                    ThreadMXBean.class);
            BufferedReader lines =
                    new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
            while (lines.readLine() != null) {
                System.out.println(threads.getTotalThreadAllocatedBytes());
            }
        }
    }
}
