package sluice.io;

import sluice.linux.Kernel;

import java.io.IOException;

/** Starts a service on a kernel of the test's choice. */
public final class OnKernel {
    private OnKernel() {}

    public static Reactors start(Reactors.Settings settings, Service service, Kernel kernel)
            throws IOException {
        return Reactors.start(settings, service, kernel);
    }
}
