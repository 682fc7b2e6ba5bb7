package sluice.server.admin;

import static sluice.server.admin.Exposition.label;

import sluice.io.Counter;
import sluice.io.LoopState;
import sluice.server.CounterHelp;

import java.math.BigDecimal;
import java.util.List;

/** All metrics of a server. */
final class MetricsPage {
    private static final String[] BOUNDS =
            ResponseTotals.BOUNDS.stream().map(BigDecimal::toPlainString).toArray(String[]::new);
    private static final double NANOS = 1e9;

    private final Vitals vitals;
    private final ResponseTotals totals;
    private final Exposition to;

    private MetricsPage(Vitals vitals, ResponseTotals totals, Exposition.Form form) {
        this.vitals = vitals;
        this.totals = totals;
        to = new Exposition(form);
    }

    static String of(Vitals vitals, ResponseTotals totals, Exposition.Form form) {
        MetricsPage page = new MetricsPage(vitals, totals, form);
        page.state();
        page.counters();
        page.responses();
        page.loops();
        page.process();
        return page.to.end();
    }

    private void state() {
        boolean ready = vitals.unready().isEmpty();
        to.gauge("sluice_ready", "Whether requests should come here", ready ? 1 : 0);
        to.gauge(
                "sluice_draining",
                "Whether the server finishes its last responses",
                vitals.isDraining() ? 1 : 0);
        to.gauge("sluice_connections", "Connections open now", vitals.connections());
        to.counter(
                "sluice_access_log_lost_lines",
                "Lines that the access log dropped",
                vitals.lostLogLines());
    }

    private void counters() {
        for (Counter counter : Counter.values()) {
            CounterHelp help = CounterHelp.of(counter);
            to.counter(help.name(), help.words(), vitals.count(counter));
        }
    }

    private void responses() {
        to.counters("sluice_responses", "Responses by status");
        totals.byStatus()
                .forEach((status, count) -> to.count(
                        "sluice_responses", label("code", Integer.toString(status)), count));
        to.counter(
                "sluice_responses_incomplete",
                "Responses that broke off before their last byte",
                totals.incomplete());
        to.counters("sluice_body_bytes", "Bytes of bodies, by the path that sent them");
        totals.byPath()
                .forEach(
                        (path, bytes) -> to.count("sluice_body_bytes", label("path", path), bytes));
        to.histogram(
                "sluice_response_seconds",
                "Time from a request to the last byte of its response",
                BOUNDS,
                totals.cumulated(),
                totals.nanos() / NANOS);
    }

    private void loops() {
        List<LoopState> loops = vitals.loops();
        to.counters("sluice_loop_cpu_seconds", "CPU time of the thread of a loop");
        loops.forEach(loop -> to.count(
                "sluice_loop_cpu_seconds",
                label("loop", loop.name()),
                ProcessVitals.cpuSeconds(loop.threadId())));
        to.gauges("sluice_loop_well", "Whether a loop makes progress");
        loops.forEach(loop ->
                to.sample("sluice_loop_well", label("loop", loop.name()), loop.isWell() ? 1 : 0));
    }

    private void process() {
        to.counter("process_cpu_seconds", "CPU time of the process", ProcessVitals.cpuSeconds());
        to.gauge(
                "process_start_time_seconds",
                "When the process started, since 1970",
                ProcessVitals.startSeconds());
        to.gauge("process_open_fds", "Open descriptors", ProcessVitals.descriptors());
        to.gauge("jvm_heap_used_bytes", "Used heap", ProcessVitals.heap().getUsed());
        to.gauge("jvm_heap_max_bytes", "Largest heap", ProcessVitals.heap().getMax());
        to.gauge("jvm_threads", "Platform threads of the JVM", ProcessVitals.threads());
    }
}
