package sluice.lab;

/**
 * What else happened on the machine during a round, as shares of the time of all its CPUs.
 *
 * @param others CPU time that processes other than the server and the client used
 * @param stolen time that the hypervisor gave to other machines
 * @param throttled time for which the cgroup's quota held threads of this lab back
 * @param hot how often a CPU slowed down because it was hot
 */
public record Surroundings(double others, double stolen, double throttled, long hot) {
    /** Whether it alone is so much that its round should be measured again. */
    public boolean disturbsRound() {
        return Disturbance.isOfRound(this);
    }
}
