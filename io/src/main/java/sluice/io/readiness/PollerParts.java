package sluice.io.readiness;

import sluice.io.Counters;
import sluice.io.IdlePolicy;
import sluice.io.SparseLog;

import java.lang.foreign.Arena;

/**
 * What a poller is made of.
 *
 * @param registrations the loop's table, in which it enters what it watches
 * @param arena memory that lives as long as the loop
 * @param overload where it tells what it had to refuse
 * @param idle what to do when there is nothing to do, for a model that does not wait
 */
public record PollerParts(
        RegistrationTable registrations,
        Arena arena,
        Counters counters,
        SparseLog overload,
        IdlePolicy idle) {}
