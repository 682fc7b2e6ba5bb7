package sluice.io.readiness;

import sluice.io.Counters;
import sluice.io.IdlePolicy;
import sluice.io.SparseLog;

import java.lang.foreign.Arena;

/**
 * The parts that a poller is created with.
 *
 * @param registrations the loop's table, for the registrations that it watches
 * @param arena memory that lives as long as the loop
 * @param overload log for refused connections
 * @param idle what to do while no socket is ready, for a model that does not wait
 */
public record PollerParts(
        RegistrationTable registrations,
        Arena arena,
        Counters counters,
        SparseLog overload,
        IdlePolicy idle) {}
