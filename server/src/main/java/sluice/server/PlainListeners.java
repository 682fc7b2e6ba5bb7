package sluice.server;

import org.jspecify.annotations.Nullable;

import sluice.io.AddressSet;
import sluice.io.Limits;
import sluice.io.Listen;
import sluice.io.LoopState;
import sluice.io.Machinery;
import sluice.io.ProxiedService;
import sluice.io.Reactor;
import sluice.io.Reactors;
import sluice.io.Service;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * Listeners without TLS of a server that speaks TLS: for files, and for redirects. A layer is under
 * all listeners of its reactors, so these have loops of their own.
 *
 * @param files how many of them serve files; they come first
 */
record PlainListeners(Reactors reactors, int files, boolean redirects) {
    /**
     * Starts those that the settings name; null if there are none. If that fails, closes those with
     * TLS.
     *
     * @param redirect to those with TLS
     */
    static @Nullable PlainListeners start(
            Sluice settings, Limits limits, FileService service, Service redirect, Reactors secure)
            throws IOException {
        InetSocketAddress at = settings.tls() == null ? null : settings.tls().redirect();
        AddressSet proxies = settings.proxies().connections();
        List<Listen> listeners = new ArrayList<>();
        if (!settings.plain().isEmpty()) {
            Service own = ProxiedService.of(
                    service.withoutTls(settings).within(settings.peers()), proxies);
            settings.plain().forEach(address -> listeners.add(new Listen(address, own)));
        }
        if (at != null) {
            listeners.add(new Listen(at, ProxiedService.of(redirect, proxies)));
        }
        if (listeners.isEmpty()) {
            return null;
        }
        // One loop is enough for redirects.
        Machinery machinery = settings.plain().isEmpty()
                ? settings.machinery().withReactor(Reactor.SINGLE)
                : settings.machinery();
        try {
            Reactors reactors = Reactors.start(machinery, limits, listeners);
            return new PlainListeners(reactors, settings.plain().size(), at != null);
        } catch (IOException | RuntimeException e) {
            secure.close();
            throw e;
        }
    }

    /** What each kind of address gets of the connections that the process can have. */
    static Limits shared(Sluice settings, Limits limits) {
        return settings.plain().isEmpty()
                ? limits
                : limits.withConnections(Math.max(1, limits.connections() / 2));
    }

    /** Where files are. */
    List<SocketAddress> addresses() {
        return reactors.addresses().subList(0, files);
    }

    /** Where redirects are; 0 if there are none. */
    int redirectPort() {
        return redirects ? ((InetSocketAddress) reactors.addresses().getLast()).getPort() : 0;
    }

    /** Its loops, under names that those with TLS do not have; only of those that serve files. */
    Stream<LoopState> loops() {
        return files == 0
                ? Stream.of()
                : reactors.loops().stream()
                        .map(loop -> new LoopState(
                                "plain-" + loop.name(),
                                loop.threadId(),
                                loop.alive(),
                                loop.stuck()));
    }
}
