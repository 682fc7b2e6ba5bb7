package sluice.io.readiness;

/**
 * The phases of an endpoint's output.
 *
 * <pre>
 *   CONNECTING --> SHAKING_HANDS --> IDLE
 *
 *   IDLE --send--> SENDING --the socket took bytes, or failed--> IDLE
 *                   ^   |
 *  a worker has     |   |  the bytes are not in memory
 *     read them     |   v
 *                  LOADING
 *
 *   IDLE --shutdownOutput, the socket is full--> FINISHING --it has room--> IDLE
 * </pre>
 */
enum OutputPhase {
    /** A connect is in progress: neither direction can be used. */
    CONNECTING,
    /** The handshake of the socket is in progress and uses both directions. */
    SHAKING_HANDS,
    /** There is nothing to send. */
    IDLE,
    /** A chunk is being sent, or waits for room in the socket. */
    SENDING,
    /** A worker reads the bytes to send. */
    LOADING,
    /** What precedes FIN waits for room in the socket. */
    FINISHING
}
