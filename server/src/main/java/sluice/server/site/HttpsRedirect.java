package sluice.server.site;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.nio.charset.StandardCharsets.US_ASCII;

import sluice.http.Field;
import sluice.http.Fields;
import sluice.http.Request;
import sluice.http.Status;
import sluice.server.response.Response;

import java.util.function.Function;
import java.util.function.IntSupplier;

/**
 * Answers every request with a redirect to the same target over https.
 *
 * @param port where https is; 0 if a proxy has it at the port that needs no name
 */
public record HttpsRedirect(IntSupplier port) implements Function<Request, Response> {
    private static final int HTTPS = 443;

    @Override
    public Response apply(Request request) {
        int from = request.hostFrom();
        if (from < 0 || request.pathFrom() < 0 || from == request.hostTo()) {
            return Response.error(Status.BAD_REQUEST);
        }
        String host = text(request, from, request.hostTo()).replaceFirst(":[0-9]*$", "");
        String path = text(request, request.pathFrom(), request.pathTo());
        String query = request.hasQuery()
                ? "?" + text(request, request.queryFrom(), request.queryTo())
                : "";
        int secure = port.getAsInt();
        String target = "https://" + host + (secure == HTTPS || secure == 0 ? "" : ":" + secure)
                + (path.isEmpty() ? "/" : path) + query;
        return Response.of(Status.PERMANENT_REDIRECT, Fields.of(Field.LOCATION, target));
    }

    private static String text(Request request, int from, int to) {
        return new String(
                request.bytes().asSlice(from, (long) to - from).toArray(JAVA_BYTE), US_ASCII);
    }
}
