package sluice.http;

import java.util.List;
import java.util.Random;

/** Texts broken at random places, the same ones in every run. */
final class Mutants {
    private static final int COUNT = Integer.getInteger("sluice.mutants", 20_000);
    private static final String INTERESTING =
            "\r\n\t \0:,;\"\\/?#%*@[]=-0159azAZ\u000b\u007f\u0080\u00a0\u00e9";

    private final Random random = new Random(20_261_122);
    private final List<String> seeds;

    Mutants(List<String> seeds) {
        this.seeds = seeds;
    }

    static int count() {
        return COUNT;
    }

    String next() {
        String text = seeds.get(random.nextInt(seeds.size()));
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
}
