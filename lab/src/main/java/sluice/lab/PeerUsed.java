package sluice.lab;

import java.util.List;
import java.util.Map;

/**
 * Another server, as a run measured it.
 *
 * @param engine its name in a job
 * @param version what it says of itself, or the artifacts it was made of
 * @param command how it was started; what stands in braces differs from run to run
 * @param settings its configuration: texts by the names of their files
 */
public record PeerUsed(
        String engine, String version, List<String> command, Map<String, String> settings) {
    public PeerUsed {
        command = List.copyOf(command);
    }
}
