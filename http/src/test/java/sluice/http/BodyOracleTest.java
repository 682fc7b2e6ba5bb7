package sluice.http;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/** Asks three other decoders about each chunked body of body-oracles.tsv. */
class BodyOracleTest {
    private static List<String> ask(String body) {
        BodyVerdict ours = BodyOracles.sluice(body);
        List<String> answers = new ArrayList<>(List.of(ours.kind()));
        for (Function<String, BodyVerdict> oracle : List.<Function<String, BodyVerdict>>of(
                BodyOracles::jetty, BodyOracles::netty, BodyOracles::httpcore)) {
            BodyVerdict theirs = oracle.apply(body);
            boolean other = ours.isOk() && theirs.isOk() && !ours.equals(theirs);
            answers.add(other ? "other" : theirs.kind());
        }
        return answers;
    }

    @Test
    void everyDifferenceToAnotherDecoderHasItsRule() throws IOException {
        new OracleTable("body-oracle").check(BodyOracleTest::ask);
    }

    /** RFC 9110 section 5.6.4 has octets from 0x80 in quoted strings; Netty has them not there. */
    private static boolean isNotForNetty(String text) {
        return text.matches("(?s).*;[^\\r]*\"[^\\r]*[\\x80-\\xFF].*");
    }

    /** So nobody in front of Sluice can have seen another end of a body that Sluice takes. */
    @Test
    void whatIsTakenHasOneReading() throws IOException {
        List<String> seeds = new OracleTable("body-oracle")
                .texts().stream().filter(text -> BodyOracles.skip(text).isOk()).toList();
        Mutants mutants = new Mutants(seeds);
        List<String> differences = new ArrayList<>();
        int taken = 0;
        for (int i = 0; i < Mutants.count(); i++) {
            String mutant = mutants.next();
            BodyVerdict ours = BodyOracles.sluice(mutant);
            if (ours.isOk()) {
                taken++;
                BodyVerdict netty = BodyOracles.netty(mutant);
                BodyVerdict jetty = BodyOracles.jetty(mutant);
                if (!ours.equals(netty) && !isNotForNetty(mutant) || !ours.equals(jetty)) {
                    differences.add(mutant + "\n" + ours + "\n" + netty + "\n" + jetty);
                }
            }
        }
        assertThat(differences).isEmpty();
        assertThat(taken).as("mutants that are still bodies").isGreaterThan(Mutants.count() / 20);
    }
}
