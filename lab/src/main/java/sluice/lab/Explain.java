package sluice.lab;

import org.jspecify.annotations.Nullable;

import sluice.client.HttpUrl;
import sluice.io.TlsTrust;
import sluice.lab.explain.Answered;
import sluice.lab.explain.Ask;
import sluice.lab.explain.Figures;
import sluice.lab.explain.LoggedAnswer;
import sluice.lab.explain.OnDisk;
import sluice.lab.explain.Topics;
import sluice.lab.explain.Walk;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** Explains answers and topics in words: the door to the room {@code explain}. */
public final class Explain {
    private Explain() {}

    /** Names of topics: copy paths, ways of waiting, and reactor designs. */
    public static List<String> topics() {
        return Topics.names();
    }

    /**
     * A picture of who copies what and who waits where, at most 80 columns wide.
     *
     * @throws IllegalArgumentException if there is no such topic, with a list of them
     */
    public static String topic(String name, MachineFigures machine) {
        String topic = Topics.named(name);
        return Topics.text(topic) + "\n" + Figures.of(topic, machine);
    }

    /**
     * Whether results have figures that can be trusted of a topic, or of copy paths if it is a URL.
     *
     * @throws IllegalArgumentException if there is no such topic, with a list of them
     */
    public static boolean hasFigures(String subject, LabResults results) {
        return subject.contains("://")
                ? Figures.arePaths(results)
                : Figures.areThere(Topics.named(subject), results);
    }

    /**
     * What an answer is explained with.
     *
     * @param fields more lines of the request's head
     * @param trust which servers of https are who they say
     * @param root the folder that the server serves, if it is on this machine; or null
     * @param log the access log in JSON that the server writes; or null
     * @param machine what is known of this one
     */
    public record With(
            List<String> fields,
            TlsTrust trust,
            @Nullable Path root,
            @Nullable Path log,
            MachineFigures machine) {
        public With {
            fields = List.copyOf(fields);
        }
    }

    /**
     * Asks a server for a URL, and says what became of the request.
     *
     * @throws IOException if no answer comes, or a file that was named cannot be read
     */
    public static String answer(HttpUrl url, With with) throws IOException {
        // The request would bring the pages into memory.
        OnDisk disk = with.root() == null ? null : OnDisk.of(with.root(), url);
        LoggedAnswer.Place place = with.log() == null ? null : LoggedAnswer.end(with.log());
        Ask ask = new Ask(url, with.fields(), with.trust());
        Answered answer = ask.send();
        LoggedAnswer logged = place == null ? null : LoggedAnswer.after(place, ask.name());
        return new Walk(url, answer, disk, with.log() != null, logged, with.machine()).text();
    }
}
