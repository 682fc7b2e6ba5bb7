package sluice.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/** Asks three other parsers about each request of oracles.tsv. */
class OracleTest {
    /** The requests of the table. */
    static List<String> requests() throws IOException {
        return new OracleTable("oracle").texts();
    }

    private static List<String> ask(String request) {
        byte[] octets = request.getBytes(ISO_8859_1);
        Verdict ours = Oracles.sluice(octets);
        List<String> answers = new ArrayList<>(List.of(ours.kind()));
        for (Function<byte[], Verdict> oracle : List.<Function<byte[], Verdict>>of(
                Oracles::jetty, Oracles::netty, Oracles::httpcore)) {
            Verdict theirs = oracle.apply(octets);
            boolean other = ours.isOk() && theirs.isOk() && !ours.equals(theirs);
            answers.add(other ? "other" : theirs.kind());
        }
        return answers;
    }

    @Test
    void everyDifferenceToAnotherParserHasItsRule() throws IOException {
        new OracleTable("oracle").check(OracleTest::ask);
    }
}
