package sluice.http;

import static org.assertj.core.api.Assertions.assertThat;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * Whatever Sluice takes, two other parsers take and read in the same way: nobody in front of it can
 * have seen another request. Tried with requests broken at random places; the seed is fixed.
 */
class OracleMutationTest {
    private static List<String> seeds() throws IOException {
        List<String> seeds = new ArrayList<>();
        for (String request : OracleTest.requests()) {
            if (Oracles.sluice(request.getBytes(ISO_8859_1)).isOk()) {
                seeds.add(request);
            }
        }
        return seeds;
    }

    /** RFC 3986 section 3.2.3 has ports without digits, and port 0; Jetty has neither. */
    private static boolean hasNoPort(String text) {
        return text.matches("(?is).*host:[^\\r]*:0*[ \\t]*\\r.*");
    }

    /** Jetty refuses versions above 1.1, against RFC 9110 section 2.5. */
    private static boolean isOfNoVersion(String text) {
        return text.matches("(?s).* HTTP/1\\.[2-9]\\r.*");
    }

    /** What Jetty refuses and the RFCs have. */
    private static boolean isNotForJetty(String text) {
        return hasNoPort(text) || isOfNoVersion(text);
    }

    @Test
    void whatIsTakenHasOneReading() throws IOException {
        Mutants mutants = new Mutants(seeds());
        List<String> differences = new ArrayList<>();
        int taken = 0;
        for (int i = 0; i < Mutants.count(); i++) {
            String mutant = mutants.next();
            byte[] octets = mutant.getBytes(ISO_8859_1);
            Verdict ours = Oracles.sluice(octets);
            if (ours.isOk()) {
                taken++;
                Verdict netty = Oracles.netty(octets);
                Verdict jetty = Oracles.jetty(octets);
                if (!ours.equals(netty) || !ours.equals(jetty) && !isNotForJetty(mutant)) {
                    differences.add(mutant + "\n" + ours + "\n" + netty + "\n" + jetty);
                }
            }
        }
        assertThat(differences).isEmpty();
        assertThat(taken).as("mutants that are still requests").isGreaterThan(Mutants.count() / 20);
    }
}
