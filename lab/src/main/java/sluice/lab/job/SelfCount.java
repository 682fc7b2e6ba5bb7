package sluice.lab.job;

import org.jspecify.annotations.Nullable;

import sluice.io.CopyMode;
import sluice.io.Model;
import sluice.lab.Settings;

import java.util.List;

/** Whether the system calls that a server counts of itself are those that its settings cause. */
final class SelfCount {
    private static final List<String> OF_OTHERS = List.of(
            Model.SELECTOR.label(),
            Model.ASYNC_CHANNEL.label(),
            Model.POSIX_AIO.label(),
            Model.VIRTUAL.label());

    private SelfCount() {}

    /** Why its own count would say nothing, in words; null if it says all but the JVM's calls. */
    static @Nullable String refusal(Settings settings) {
        boolean isSluice = settings.engine().equals(Settings.SLUICE);
        if (!isSluice && !settings.engine().equals(Settings.NONE)) {
            return "only Sluice counts its own";
        }
        String model = settings.model().equals("auto") ? Model.best().label() : settings.model();
        if (OF_OTHERS.contains(model)) {
            return "the JDK or the C library makes those of model " + model;
        }
        return isSluice && settings.copy().equals(CopyMode.TRANSFER_TO.label())
                ? "the JDK makes those of copy path " + settings.copy()
                : null;
    }
}
