package sluice.cli;

import picocli.CommandLine.TypeConversionException;

import sluice.copy.CopyMethod;
import sluice.http.ForwardedField;
import sluice.io.CopyMode;
import sluice.io.IdlePolicy;
import sluice.io.Model;
import sluice.io.Reactor;
import sluice.io.TlsProvider;
import sluice.server.AccessLogField;
import sluice.server.AccessLogFormat;
import sluice.server.EntityTags;
import sluice.server.SymlinkPolicy;

import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * Names of the values of an option: the labels that reports use, too. The nested classes give
 * picocli the names that --help lists.
 */
final class Names<E extends Enum<E>> {
    static final String AUTO = "auto";

    static final Names<Model> MODELS = new Names<>(Model.values(), Model::label);
    static final Names<Reactor> REACTORS = new Names<>(Reactor.values(), Reactor::label);
    static final Names<CopyMode> COPIES = new Names<>(CopyMode.values(), CopyMode::label);
    static final Names<IdlePolicy> IDLE_POLICIES =
            new Names<>(IdlePolicy.values(), IdlePolicy::label);
    static final Names<CopyMethod> COPY_METHODS =
            new Names<>(CopyMethod.values(), CopyMethod::label);

    static final Names<SymlinkPolicy> SYMLINKS = new Names<>(SymlinkPolicy.values(), Names::word);
    static final Names<EntityTags> TAGS = new Names<>(EntityTags.values(), Names::label);
    static final Names<OnOff> SWITCHES = new Names<>(OnOff.values(), Names::word);
    static final Names<AccessLogFormat> LOG_FORMATS =
            new Names<>(AccessLogFormat.values(), AccessLogFormat::label);
    static final Names<SandboxOptions.When> SANDBOX_TIMES =
            new Names<>(SandboxOptions.When.values(), Names::word);
    static final Names<AccessLogField> LOG_FIELDS =
            new Names<>(AccessLogField.values(), AccessLogField::label);

    static final Names<TlsProvider> PROVIDERS =
            new Names<>(TlsProvider.values(), TlsProvider::label);

    static final Names<ForwardedField> FORWARDED_FIELDS =
            new Names<>(ForwardedField.values(), Names::label);

    private final E[] choices;
    private final Function<E, String> label;

    private Names(E[] choices, Function<E, String> label) {
        this.choices = choices;
        this.label = label;
    }

    /** The value of that name; ignores case and takes an underscore for a hyphen. */
    E choice(String name) {
        return choice(name, all());
    }

    /** {@code listed} are the names that the error for an unknown name lists. */
    E choice(String name, List<String> listed) {
        return Stream.of(choices)
                .filter(choice -> plain(label.apply(choice)).equals(plain(name)))
                .findFirst()
                .orElseThrow(() -> new TypeConversionException(
                        "'" + name + "' is not one of " + String.join(", ", listed)));
    }

    private static String word(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT);
    }

    private static String label(Enum<?> constant) {
        return plain(constant.name());
    }

    private static String plain(String name) {
        return name.toLowerCase(Locale.ROOT).replace('_', '-');
    }

    private List<String> all() {
        return Stream.of(choices).map(label).toList();
    }

    static final class Models implements Iterable<String> {
        /** All models and auto, which stands for the best of them. */
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

    static final class CopyMethods implements Iterable<String> {
        @Override
        public Iterator<String> iterator() {
            return COPY_METHODS.all().iterator();
        }
    }

    static final class Providers implements Iterable<String> {
        @Override
        public Iterator<String> iterator() {
            return PROVIDERS.all().iterator();
        }
    }

    static final class LogFormats implements Iterable<String> {
        @Override
        public Iterator<String> iterator() {
            return LOG_FORMATS.all().iterator();
        }
    }

    static final class ForwardedFields implements Iterable<String> {
        @Override
        public Iterator<String> iterator() {
            return FORWARDED_FIELDS.all().iterator();
        }
    }

    static final class SandboxTimes implements Iterable<String> {
        @Override
        public Iterator<String> iterator() {
            return SANDBOX_TIMES.all().iterator();
        }
    }
}
