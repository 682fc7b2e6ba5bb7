package sluice.server;

import sluice.io.Counter;

import java.util.Locale;

/**
 * The name of a counter as a metric for Prometheus, and what it counts. Immutable; any thread.
 *
 * @param name with the prefix {@code sluice_}; ends with the unit, if it has one
 * @param words what is counted, without a full stop
 */
public record CounterHelp(String name, String words) {
    /** Of a counter that is not described here, both are made of its name. */
    public static CounterHelp of(Counter counter) {
        return switch (counter) {
            case CONNECTIONS_OPENED -> named("connections_opened", "Connections that were opened");
            case CONNECTIONS_CLOSED -> named("connections_closed", "Connections that ended");
            case PEER_GONE -> named("connections_peer_gone", "Connections that the client broke");
            case FILE_CHANGED ->
                named("torn_responses", "Connections reset because the file changed while sent");
            case NOT_FETCHED ->
                named("unfetched_responses", "Connections reset because the store failed");
            case STALLED ->
                named(
                        "connections_stalled",
                        "Connections reset because the client took too few bytes");
            case EXPIRED ->
                named("connections_expired", "Connections closed because no request came in time");
            case REFUSED_PEER ->
                named("connections_refused", "Connections of clients that have as many as may be");
            case REFUSED_REQUESTS ->
                named("requests_refused", "Requests of clients that send too many (429)");
            case APPLICATIONS_BROKE_OFF ->
                named("torn_application_responses", "Responses that an application broke off");
            case CLOSED_FOR_ROOM ->
                named("connections_closed_for_room", "Idle connections closed for new ones");
            case BUFFERS_EXHAUSTED ->
                named("connections_without_buffer", "Connections reset for lack of a buffer");
            case FAILED -> named("connections_failed", "Connections ended by an internal error");
            case FAILED_TO_OPEN ->
                named("connections_failed_to_open", "Connections that did not open");
            case CUT_SHORT ->
                named("connections_cut_short", "Connections reset because the server stopped");
            case LOOPS_DIED -> named("loops_died", "Loops ended by an internal error");
            case LOOPS_STUCK -> named("loops_stuck", "Loops and workers whose turn took too long");
            case TURNS -> named("loop_turns", "Turns of loops");
            case IDLE_TURNS -> named("loop_idle_turns", "Turns with nothing to do");
            case ACCEPT_BACKED_OFF ->
                named("accept_backed_off", "Pauses of accepting for lack of descriptors or memory");
            case ACCEPT_AT_LIMIT ->
                named("accept_at_limit", "Pauses of accepting at the limit of connections");
            case BEYOND_SELECT ->
                named("connections_beyond_select", "Connections that select(2) cannot watch");
            case SIGNALS_LOST -> named("signals_lost", "Overflows of the signal queue");
            case REQUESTS -> named("requests", "Responses to requests");
            case BYTES_FROM_MEMORY ->
                named("sent_from_memory_bytes", "Bytes sent from memory: heads and small files");
            case BYTES_FROM_FILES ->
                named("sent_from_files_bytes", "Bytes of files that the copy path sent");
            case BYTES_COPIED ->
                named("copied_bytes", "Bytes of files copied into or out of user space");
            case FILE_CALLS -> named("file_calls", "System calls that read or sent files");
            case COPY_FALLBACKS -> named("copy_fallbacks", "Fallbacks to another copy path");
            case ZEROCOPY_SENDS -> named("zerocopy_sends", "Sends with MSG_ZEROCOPY");
            case ZEROCOPY_COPIED ->
                named("zerocopy_copied", "Sends with MSG_ZEROCOPY that the kernel copied");
            case COLD_CHUNKS ->
                named("cold_chunks", "Parts of files that were read because not in memory");
            case FETCHED_CHUNKS ->
                named("fetched_chunks", "Parts of objects that were fetched from the store");
            case COLD_STALLS -> named("cold_stalls", "Sends that waited for the disk on the loop");
            case BYTES_TO_FILES -> named("uploaded_bytes", "Bytes of uploads written to files");
            case BYTES_SPLICED ->
                named("uploaded_spliced_bytes", "Bytes of uploads that passed by user space");
            case BYTES_TRANSFERRED ->
                named("uploaded_transferred_bytes", "Bytes of uploads moved by transferFrom");
            default -> {
                String name = counter.name().toLowerCase(Locale.ROOT);
                yield named(name, "Counter " + name.replace('_', ' '));
            }
        };
    }

    private static CounterHelp named(String name, String words) {
        return new CounterHelp("sluice_" + name, words);
    }
}
