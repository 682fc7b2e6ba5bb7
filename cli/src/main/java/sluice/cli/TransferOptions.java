package sluice.cli;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine.Option;

import sluice.client.RequestFields;
import sluice.client.Transfer;
import sluice.io.TlsTrust;

import java.util.List;

/** Options for the requests of {@code get} and {@code put}, and for their speed. */
final class TransferOptions {
    @Option(
            names = {"-H", "--header"},
            paramLabel = "FIELD",
            description = "field to add to each request to the server of the URL, as 'Name: value';"
                    + " repeatable. A server that it redirects to does not get it")
    private List<String> fields = List.of();

    @Option(
            names = "--limit-rate",
            paramLabel = "SIZE",
            converter = ByteSize.class,
            description = "most bytes a second, e.g. 500k or 2M (default: no limit)")
    private @Nullable Long rate;

    /**
     * What was chosen.
     *
     * @throws IllegalArgumentException for a field or a rate that cannot be
     */
    Transfer.Options options(TlsTrust trust) {
        if (rate != null && rate == 0) {
            throw new IllegalArgumentException("--limit-rate must be 1 or more, not 0");
        }
        return new Transfer.Options(
                fields.stream().map(RequestFields::line).toList(), rate == null ? 0 : rate, trust);
    }
}
