package sluice.lab;

import sluice.linux.SystemCalls;

import java.util.function.LongSupplier;

import javax.management.NotCompliantMBeanException;
import javax.management.StandardMBean;

/**
 * Tells by JMX the system calls that Sluice counts of itself anyway, as attribute {@code AsLong}.
 * The lab makes one of these in the process of a server when it asks: a server that nobody measures
 * has none, and no classes of JMX. JMX calls it from a module to which nothing is exported: hence
 * an interface of the JDK.
 */
public final class OwnCalls extends StandardMBean implements LongSupplier {
    public OwnCalls() throws NotCompliantMBeanException {
        super(LongSupplier.class);
    }

    @Override
    public long getAsLong() {
        return SystemCalls.total().values().stream().mapToLong(Long::longValue).sum();
    }
}
