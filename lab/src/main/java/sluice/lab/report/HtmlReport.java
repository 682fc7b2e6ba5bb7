package sluice.lab.report;

import sluice.lab.CellResult;
import sluice.lab.Estimate;
import sluice.lab.Figure;
import sluice.lab.JobResult;
import sluice.lab.LabResults;
import sluice.lab.PeerUsed;
import sluice.lab.explain.Topics;
import sluice.server.ByteCount;

import java.io.IOException;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * A run as one page that opens from a disk: it loads nothing and runs no script. Each figure stands
 * beside its rounds.
 */
public final class HtmlReport {
    private final StringBuilder page = new StringBuilder();
    private final LabResults results;

    private HtmlReport(LabResults results) {
        this.results = results;
    }

    /** The page. */
    public static String of(LabResults results) throws IOException {
        return new HtmlReport(results).page();
    }

    private String page() throws IOException {
        add("<!DOCTYPE html><html lang=\"en\"><head><meta charset=\"utf-8\">");
        add("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">");
        add(
                "<title>Sluice lab, %s</title><style>%s</style></head><body>",
                results.started(), Style.CHARTS.text() + Style.PAGE.text());
        add("<h1>What waiting and copying cost here</h1>");
        add(
                "<p class=\"soft\">Sluice %s, %s, %s in %s seconds, %s of %s s where a job says"
                        + " nothing else</p>",
                Text.escaped(results.sluice()),
                Text.escaped(results.started()),
                results.complete() ? "complete" : "<b>ended early</b>",
                Text.number(results.seconds()),
                ByteCount.counted(results.settings().rounds(), "round"),
                Text.number(results.settings().round()));
        advice();
        verdicts();
        results.jobs().forEach(this::job);
        copies();
        peers();
        environment();
        add("</body></html>");
        return page.toString();
    }

    private void advice() {
        var advice = Advice.of(results);
        if (!advice.isEmpty()) {
            add("<h2>What to use here</h2><ul>");
            advice.forEach(line -> add("<li>%s</li>", Text.escaped(line)));
            add("</ul>");
        }
    }

    /** Nothing, if the run was about something else. */
    private void verdicts() {
        List<Verdict> verdicts = Claims.of(results);
        if (verdicts.stream().allMatch(one -> one.finding() == Verdict.Finding.NOT_MEASURED)) {
            return;
        }
        add("<h2>What tutorials claim</h2><table class=\"claims\">");
        add("<tr><th>claim</th><th>here</th><th>figures</th></tr>");
        for (Verdict verdict : verdicts) {
            add(
                    "<tr><td>%s</td><td class=\"%s\">%s</td><td>%s</td></tr>",
                    Text.escaped(verdict.claim()),
                    verdict.finding().words.replace(' ', '-'),
                    verdict.job() == null
                            ? verdict.finding().words
                            : "<a href=\"#" + Text.escaped(verdict.job()) + "\">"
                                    + verdict.finding().words + "</a>",
                    Text.escaped(verdict.evidence()));
        }
        add("</table>");
    }

    private void job(JobResult job) {
        add(
                "<h2 id=\"%1$s\">%1$s: %2$s</h2>",
                Text.escaped(job.name()), Text.escaped(job.question()));
        add(
                "<p class=\"soft\">%s</p>",
                job.noise() == null
                        ? "The same cell was not measured twice: differences cannot be judged."
                        : "Two servers that are the same are up to " + Text.percent(job.noise())
                                + " apart here: less is no difference.");
        String disturbance = job.disturbance();
        if (disturbance != null) {
            add(
                    "<p><strong>The machine was busy with something else: %s.</strong> No"
                            + " difference is named.</p>",
                    Text.escaped(disturbance));
        }
        charts(job);
        add("%s", JobTables.cells(job));
        perConnection(job);
        add(
                "<details><summary>what each did for a request, and its warm-up</summary>%s"
                        + "</details>",
                WorkTable.of(job));
        pictures(job);
        add("%s", JobTables.rounds(job));
    }

    private void charts(JobResult job) {
        add("%s", ChartSize.figures(size -> LineChart.of(job, size)));
        if (LineChart.isTooMany(job)) {
            add("<p class=\"soft\">Not drawn as lines: there are too many to tell apart.</p>");
        }
        add("%s", ChartSize.figures(size -> BarChart.of(job, Figure.CPU, size)));
        if (job.cells().stream().allMatch(Figures::waits)) {
            // Who waits uses no CPU time meanwhile.
            add("%s", ChartSize.figures(size -> BarChart.of(job, Figure.P99, size)));
        }
    }

    /** Who copies what and who waits where, of each that was compared. */
    private void pictures(JobResult job) {
        for (String axis : List.of("copy", "model", "reactor")) {
            Set<String> drawn = new HashSet<>();
            for (CellResult cell : Figures.measured(job)) {
                String name = cell.varied().getOrDefault(axis, "");
                String picture = Topics.text(name);
                if (!picture.isEmpty() && drawn.add(name)) {
                    add(
                            "<details><summary>%s, drawn (%s: %s us)</summary><pre>%s</pre>"
                                    + "</details>",
                            Text.escaped(name),
                            Text.escaped(cell.name()),
                            Text.number(Estimate.of(cell.cpuOfRounds()).median()),
                            Text.escaped(picture));
                }
            }
        }
    }

    private void perConnection(JobResult job) {
        for (String line : ConnectionMemory.of(job)) {
            add("<p>%s</p>", Text.escaped(line));
        }
    }

    /** What the sources say of copies and switches, with what was measured beside it. */
    private void copies() {
        add("<h2>Who copies what</h2><div class=\"wide\"><table><tr><th>path</th>");
        add("<th class=\"n\">copies by the CPU</th><th class=\"n\">through user space</th>");
        add("<th>system calls for each piece</th><th class=\"n\">switches for each piece</th>");
        add("<th class=\"n\">system calls here</th><th class=\"n\">mode switches here</th>");
        add("<th class=\"n\">CPU us here</th></tr>");
        copy("heap", 3, "yes", "pread, copy on the heap, send", 4);
        copy("direct", 2, "yes", "pread, send", 4);
        copy("mmap", 1, "yes, mapped", "send (page faults read)", 4);
        copy("zerocopy", 1, "yes", "pread, send with MSG_ZEROCOPY", 4);
        copy("splice", 0, "no", "splice to a pipe, splice to the socket", 4);
        copy("sendfile", 0, "no", "sendfile", 2);
        add("</table></div><p class=\"soft\">Where the network card gathers pages itself. On"
                + " loopback the receiver copies once more on every path. The tutorials tell the"
                + " switches: of mmap those of mapping, which happens once for a file, count"
                + " too.</p>");
    }

    private void copy(String path, int copies, String user, String calls, int switches) {
        Optional<CellResult> here =
                Figures.job(results, "copy").flatMap(job -> Claim.most(job, Map.of("copy", path)));
        add(
                "<tr><td>%s</td><td class=\"n\">%d</td><td class=\"n\">%s</td><td>%s</td>"
                        + "<td class=\"n\">%d</td><td class=\"n\">%s</td><td class=\"n\">%s</td>"
                        + "<td class=\"n\">%s</td></tr>",
                path,
                copies,
                user,
                calls,
                switches,
                here.map(Claim::calls)
                        .filter(count -> !count.isNaN())
                        .map(Text::number)
                        .orElse("–"),
                here.map(WorkTable::switches).orElse("–"),
                here.map(cell -> Text.number(Estimate.of(cell.cpuOfRounds()).median()) + " for "
                                + ByteCount.rounded(cell.settings().file()))
                        .orElse("–"));
    }

    private void peers() {
        if (!results.peers().isEmpty()) {
            add("<h2>How other servers were set up</h2>");
        }
        for (PeerUsed peer : results.peers()) {
            add(
                    "<details><summary>%s: %s</summary><pre>%s</pre>",
                    Text.escaped(peer.engine()),
                    Text.escaped(peer.version()),
                    Text.escaped(String.join(" ", peer.command())));
            peer.settings()
                    .forEach((name, text) ->
                            add("<pre>%s:\n%s</pre>", Text.escaped(name), Text.escaped(text)));
            add("</details>");
        }
    }

    private void environment() {
        add("<h2>Where this was measured</h2><dl>");
        results.environment()
                .facts()
                .forEach((name, value) ->
                        add("<dt>%s</dt><dd>%s</dd>", Text.escaped(name), Text.escaped(value)));
        add("</dl><p class=\"soft\">All figures, with every round, are in <a"
                + " href=\"results.json\">results.json</a> and <a"
                + " href=\"results.csv\">results.csv</a> beside this page.</p>");
    }

    private void add(String form, Object... values) {
        page.append(String.format(Locale.ROOT, form, values)).append('\n');
    }
}
