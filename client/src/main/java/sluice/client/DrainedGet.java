package sluice.client;

import sluice.http.Method;
import sluice.io.TlsTrust;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.List;

/** A GET whose body is received and dropped: for what its head tells. */
public final class DrainedGet {
    /**
     * The response.
     *
     * @param octets of the body that arrived
     * @param path the value of Sluice-Path; empty if the server does not tell
     */
    public record Answer(int status, long octets, String path) {}

    private DrainedGet() {}

    /**
     * Asks once.
     *
     * @param trust which servers of https are who they say
     * @throws IOException with a message for the user if no complete response came
     */
    public static Answer of(HttpUrl url, TlsTrust trust) throws IOException, InterruptedException {
        try (Caller caller = new Caller()) {
            caller.use(new Transfer.Options(List.of(), 0, trust), url);
            Drain drain = new Drain();
            Request get = new Request(Method.GET, url, List.of(ServerDigest.IDENTITY));
            Ending ending = caller.call(get, _ -> drain);
            if (ending.failure() != null) {
                throw ending.failure();
            }
            if (ending.kind() != Ending.Kind.WHOLE) {
                throw new IOException(url + ": no complete response: " + ending.words());
            }
            Response said = ending.response();
            return new Answer(said.status(), drain.octets, said.field("sluice-path"));
        }
    }

    private static final class Drain implements Sink {
        private long octets;

        @Override
        public void write(MemorySegment bytes, int from, int to) {
            octets += to - from;
        }
    }
}
