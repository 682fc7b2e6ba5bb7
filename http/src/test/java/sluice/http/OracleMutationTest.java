package sluice.http;

import static org.assertj.core.api.Assertions.assertThat;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * Whatever Sluice takes, two other parsers take and read in the same way: nobody in front of it can
 * have seen another request. Tried with requests broken at random places; the seed is fixed.
 */
class OracleMutationTest {
    private static final int MUTANTS = Integer.getInteger("sluice.mutants", 20_000);
    private static final String INTERESTING =
            "\r\n\t \0:,;\"\\/?#%*@[]=-0159azAZ\u000b\u007f\u0080\u00a0\u00e9";

    private static List<String> seeds() throws IOException {
        List<String> seeds = new ArrayList<>();
        for (String request : OracleTest.requests()) {
            if (Oracles.sluice(request.getBytes(ISO_8859_1)).isOk()) {
                seeds.add(request);
            }
        }
        return seeds;
    }

    private static String mutate(String text, Random random, List<String> seeds) {
        StringBuilder mutant = new StringBuilder(text);
        int changes = 1 + random.nextInt(3);
        for (int i = 0; i < changes && mutant.length() > 1; i++) {
            int at = random.nextInt(mutant.length());
            char octet = INTERESTING.charAt(random.nextInt(INTERESTING.length()));
            switch (random.nextInt(6)) {
                case 0 -> mutant.setCharAt(at, octet);
                case 1 -> mutant.insert(at, octet);
                case 2 -> mutant.deleteCharAt(at);
                case 3 -> mutant.insert(at, mutant.charAt(random.nextInt(mutant.length())));
                case 4 -> mutant.setCharAt(at, (char) random.nextInt(256));
                default -> {
                    String other = seeds.get(random.nextInt(seeds.size()));
                    int from = random.nextInt(other.length());
                    mutant.insert(at, other, from, Math.min(other.length(), from + 24));
                }
            }
        }
        return mutant.toString();
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
        List<String> seeds = seeds();
        Random random = new Random(20_261_122);
        List<String> differences = new ArrayList<>();
        int taken = 0;
        for (int i = 0; i < MUTANTS; i++) {
            String mutant = mutate(seeds.get(random.nextInt(seeds.size())), random, seeds);
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
        assertThat(taken).as("mutants that are still requests").isGreaterThan(MUTANTS / 20);
    }
}
