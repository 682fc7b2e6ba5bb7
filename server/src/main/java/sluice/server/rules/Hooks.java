package sluice.server.rules;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import org.jspecify.annotations.Nullable;

import sluice.http.Field;
import sluice.http.Fields;
import sluice.http.Request;
import sluice.http.RequestTarget;
import sluice.server.Answer;
import sluice.server.Asked;
import sluice.server.Handler;
import sluice.server.Permission;
import sluice.server.Rules;
import sluice.server.response.Body;
import sluice.server.response.Response;

import java.util.List;
import java.util.Map;

/** Code of the program that embeds the server: who may come in, and what it answers itself. */
public final class Hooks {
    private final List<Handler> handlers;
    private final @Nullable Permission permission;

    private Hooks(List<Handler> handlers, @Nullable Permission permission) {
        this.handlers = handlers;
        this.permission = permission;
    }

    /** Those of a site. */
    public static Hooks of(Rules rules) {
        return new Hooks(rules.handlers(), rules.permission());
    }

    /** Whether it is asked about each request. */
    public boolean hasPermission() {
        return permission != null;
    }

    /** Whether a request may have what it asks for. */
    public boolean permits(Request request, RequestTarget target) {
        return permission == null || permission.permits(asked(request, target));
    }

    /** What the program answers to a GET or HEAD; null if it leaves it to the files. */
    public @Nullable Response answer(Request request, RequestTarget target) {
        for (Handler handler : handlers) {
            if (handler.paths().matches(target.bytes(), 1, target.length())) {
                return response(handler.answers().apply(asked(request, target)));
            }
        }
        return null;
    }

    private static Response response(Answer answer) {
        Fields fields = Fields.NONE;
        for (Map.Entry<String, String> field : answer.fields().entrySet()) {
            fields = fields.with(field.getKey(), field.getValue());
        }
        return Response.of(answer.status(), fields, new Body.Memory(answer.body()));
    }

    private static Asked asked(Request request, RequestTarget target) {
        return new Asked(
                text(request, request.methodFrom(), request.methodTo()),
                new String(target.bytes(), 0, target.length(), UTF_8),
                request.hasQuery() ? text(request, request.queryFrom(), request.queryTo()) : null,
                value(request, Field.AUTHORIZATION, true),
                value(request, Field.COOKIE, false));
    }

    private static @Nullable String value(Request request, Field field, boolean once) {
        int line = request.find(field);
        boolean missing = line < 0 || once && request.next(line) >= 0;
        return missing ? null : text(request, request.valueFrom(line), request.valueTo(line));
    }

    private static String text(Request request, int from, int to) {
        byte[] octets = request.bytes().asSlice(from, to - from).toArray(JAVA_BYTE);
        return new String(octets, ISO_8859_1);
    }
}
