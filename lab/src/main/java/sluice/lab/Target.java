package sluice.lab;

import sluice.client.HttpUrl;

/**
 * A URL to load.
 *
 * @param weight how often it is requested, in proportion to the weights of the other targets
 */
public record Target(HttpUrl url, int weight) {
    /** Keeps the order of requests, which has an entry for each unit of weight, small. */
    public static final int WEIGHT_MAX = 1_000;

    /**
     * @throws IllegalArgumentException if the weight is out of bounds
     */
    public Target {
        if (weight < 1 || weight > WEIGHT_MAX) {
            throw new IllegalArgumentException(
                    "weight " + weight + " of " + url + " is not from 1 to " + WEIGHT_MAX);
        }
    }

    /**
     * Parses a line of a file: a URL, or a weight, a space and a URL.
     *
     * @throws IllegalArgumentException if it is neither, with a message for the user
     */
    public static Target parse(String line) {
        String[] parts = line.split("\\s+", 2);
        if (parts.length == 1) {
            return new Target(HttpUrl.parse(line), 1);
        }
        int weight;
        try {
            weight = Integer.parseInt(parts[0]);
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("'" + line + "' is not a weight and a URL", e);
        }
        return new Target(HttpUrl.parse(parts[1]), weight);
    }
}
