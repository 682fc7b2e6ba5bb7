package sluice.cli;

import picocli.CommandLine.TypeConversionException;

import sluice.copy.Way;
import sluice.io.Copy;
import sluice.io.IdlePolicy;
import sluice.io.Model;
import sluice.io.Reactor;

import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * What the choices of a flag are called: as in reports, which each of them knows itself. The
 * nested classes are what picocli asks for the names that help lists.
 */
final class Names<E extends Enum<E>> {
    static final String AUTO = "auto";

    static final Names<Model> MODELS = new Names<>(Model.values(), Model::label);
    static final Names<Reactor> REACTORS = new Names<>(Reactor.values(), Reactor::label);
    static final Names<Copy> COPIES = new Names<>(Copy.values(), Copy::label);
    static final Names<IdlePolicy> IDLE_POLICIES =
            new Names<>(IdlePolicy.values(), IdlePolicy::label);
    static final Names<Way> WAYS = new Names<>(Way.values(), Way::label);

    private final E[] choices;
    private final Function<E, String> label;

    private Names(E[] choices, Function<E, String> label) {
        this.choices = choices;
        this.label = label;
    }

    /** The choice of that name; upper or lower case, a hyphen or an underscore are all one. */
    E choice(String name) {
        return choice(name, all());
    }

    /** {@code told} are the names to tell to who gives another. */
    E choice(String name, List<String> told) {
        return Stream.of(choices)
                .filter(choice -> plain(label.apply(choice)).equals(plain(name)))
                .findFirst()
                .orElseThrow(() -> new TypeConversionException(
                        "'" + name + "' is none of " + String.join(", ", told)));
    }

    private static String plain(String name) {
        return name.toLowerCase(Locale.ROOT).replace('_', '-');
    }

    private List<String> all() {
        return Stream.of(choices).map(label).toList();
    }

    static final class Models implements Iterable<String> {
        /** With the one that stands for the best of them. */
        static List<String> all() {
            return Stream.concat(Stream.of(AUTO), MODELS.all().stream()).toList();
        }

        @Override
        public Iterator<String> iterator() {
            return all().iterator();
        }
    }

    static final class Reactors implements Iterable<String> {
        @Override
        public Iterator<String> iterator() {
            return REACTORS.all().iterator();
        }
    }

    static final class Copies implements Iterable<String> {
        @Override
        public Iterator<String> iterator() {
            return COPIES.all().iterator();
        }
    }

    static final class IdlePolicies implements Iterable<String> {
        @Override
        public Iterator<String> iterator() {
            return IDLE_POLICIES.all().iterator();
        }
    }

    static final class Ways implements Iterable<String> {
        @Override
        public Iterator<String> iterator() {
            return WAYS.all().iterator();
        }
    }
}
