package sluice.lab;

import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Which jobs to run, and how thoroughly.
 *
 * @param jobs in their order
 * @param full whether each job varies all that it can vary
 * @param traffic what the clients ask for; null: files that the settings of a cell name
 */
public record LabPlan(
        List<Job> jobs,
        boolean full,
        Timing timing,
        @Nullable Traffic traffic) {
    /**
     * How a cell is measured.
     *
     * @param warmUpMost seconds after which the warm-up of a cell ends even if it is not yet warm;
     *     see {@link #warmUpMost(Job)}
     * @param round seconds of one round
     * @param rounds how many
     */
    public record Timing(double warmUpMost, double round, int rounds) {
        /** More add nothing: an interval shrinks with their square root. */
        public static final int ROUNDS_MAX = 1_000;
        /** A warm-up may take as long as so many rounds, as that of {@link #FULL} does. */
        private static final int WARM_UP_ROUNDS = 10;

        /**
         * @throws IllegalArgumentException if the number of rounds is out of bounds
         */
        public Timing {
            if (rounds < 1 || rounds > ROUNDS_MAX) {
                throw new IllegalArgumentException("rounds must be from 1 to " + ROUNDS_MAX);
            }
        }

        /** A tour of three to four minutes on two processors. */
        public static final Timing TOUR = new Timing(10, 0.5, 5);
        /** What figures for publication need. */
        public static final Timing FULL = new Timing(20, 2, 9);

        /** A copy with another number of rounds. */
        public Timing withRounds(int count) {
            return new Timing(warmUpMost, round, count);
        }

        /**
         * The same for a job that asks for longer rounds: what gets few answers in a round gets few
         * in a warm-up, too.
         */
        public double warmUpMost(Job job) {
            return job.warmUp() > 0
                    ? job.warmUp()
                    : Math.max(warmUpMost, WARM_UP_ROUNDS * job.seconds());
        }

        /** How many rounds a job has. */
        public int rounds(Job job) {
            return job.rounds() > 0 ? job.rounds() : rounds;
        }

        /** The length of a round of a job. */
        public Duration roundTime(Job job) {
            return Duration.ofMillis((long) (Math.max(round, job.seconds()) * 1_000));
        }
    }

    /**
     * @throws IllegalArgumentException if two jobs have the same name: results tell jobs by it
     */
    public LabPlan {
        jobs = List.copyOf(jobs);
        Set<String> names = new HashSet<>();
        for (Job job : jobs) {
            if (!names.add(job.name())) {
                throw new IllegalArgumentException("two jobs are named " + job.name());
            }
        }
    }
}
