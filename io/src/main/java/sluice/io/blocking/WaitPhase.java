package sluice.io.blocking;

/**
 * What the thread of a {@link BlockingLoop} waits for.
 *
 * <pre>
 *   RUNNING --beginWait--> INPUT, OUTPUT or TASK, which other threads may interrupt
 *    |   ^                   |
 *    |   +----- endWait -----+
 *    +--lastTasks--> OVER
 * </pre>
 */
enum WaitPhase {
    /** Nothing: the thread runs. */
    RUNNING,
    /** Bytes to receive, or a connect. */
    INPUT,
    /** Room to send. */
    OUTPUT,
    /** A posted task. */
    TASK,
    /** Nothing more: it has run its last tasks and ends. */
    OVER
}
