package sluice.server.site;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import org.jspecify.annotations.Nullable;

import sluice.http.Field;
import sluice.http.Fields;
import sluice.http.Method;
import sluice.http.Request;
import sluice.http.RequestTarget;
import sluice.http.Status;
import sluice.server.app.AppCall;
import sluice.server.app.RequestOrigin;
import sluice.server.content.FileEntry;
import sluice.server.content.Lookup;
import sluice.server.response.HttpClock;
import sluice.server.response.Response;
import sluice.server.root.PathKey;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** Has applications decide about requests, and sends what they name. One loop. */
final class AppAnswers {
    private static final Fields ALLOW = Fields.of(Field.ALLOW, "GET, HEAD");
    private static final Response NOT_ALLOWED = Response.error(Status.METHOD_NOT_ALLOWED, ALLOW);
    private static final Response TOO_MANY = Response.error(
            Status.SERVICE_UNAVAILABLE,
            Fields.of(Field.RETRY_AFTER, "1"),
            "the application has too much to do");

    /** What a 304 has of the fields of a 200 (RFC 9110 15.4.5), and what a session needs. */
    private static final Set<String> WITHOUT_CONTENT =
            Set.of("cache-control", "expires", "set-cookie", "vary");

    private final LoopSite site;
    private final List<Application> applications;
    private final HttpClock clock;
    private final RequestTarget target = new RequestTarget();
    /** Makes responses of the files that an application may name. */
    private final Map<Integer, FileAnswers> files = new HashMap<>();
    /** The application that decides about the present request. */
    private int place;

    private @Nullable AppWait wait;

    private AppAnswers(LoopSite site, List<Application> applications) {
        this.site = site;
        this.applications = applications;
        clock = site.clock();
    }

    /** Those of a site; null if it has no applications. */
    static @Nullable AppAnswers of(LoopSite site) {
        List<Application> all = site.site().rules().applications();
        return all.isEmpty() ? null : new AppAnswers(site, all);
    }

    /** Whether an application decides about a request. */
    boolean takes(Request request) {
        int length = target.decode(request.bytes(), request.pathFrom(), request.pathTo());
        place = length < 0 ? -1 : Application.find(applications, target.bytes(), length);
        return place >= 0;
    }

    /** The response to a request that {@link #takes} has just seen; null if it must wait. */
    @Nullable
    Response ask(Request request, Sender sender) {
        if (request.method() != Method.GET && request.method() != Method.HEAD) {
            return NOT_ALLOWED;
        }
        Application application = applications.get(place);
        RequestOrigin origin = new RequestOrigin(sender.address(), site.isSecure());
        AppCall call = application.client().call(request, target, origin, site.loop()::post);
        if (call == null) {
            return TOO_MANY;
        }
        wait = new AppWait(place, application.files(), call);
        return null;
    }

    /** What the request that {@link #ask} has just seen must wait for; null if for nothing. */
    @Nullable
    AppWait takeWait() {
        AppWait taken = wait;
        wait = null;
        return taken;
    }

    /** The response that an application has decided on. */
    Response answer(Request request, Decision result) {
        Lookup file = result.file();
        PathKey path = result.path();
        if (file == null) {
            return result.answer().response();
        }
        if (!(file instanceof FileEntry entry) || path == null) {
            return missing(file);
        }
        Response response = files.computeIfAbsent(result.application(), this::filesOf)
                .answer(request, entry, path, false);
        if (response == null) {
            throw new IllegalStateException("nobody waits for the digest of a file that is sent");
        }
        return with(response, result.answer().response().fields());
    }

    private FileAnswers filesOf(int application) {
        Site named = applications.get(application).files();
        if (named == null) {
            throw new IllegalStateException("an application without files has named one");
        }
        return new FileAnswers(named, clock);
    }

    private static Response missing(Lookup file) {
        return switch (file) {
            case Lookup.Missing.NOT_FOUND, Lookup.Missing.DIRECTORY ->
                Response.error(Status.NOT_FOUND);
            case Lookup.Missing.FORBIDDEN -> Response.error(Status.FORBIDDEN);
            default ->
                Response.error(Status.SERVICE_UNAVAILABLE, Fields.of(Field.RETRY_AFTER, "1"));
        };
    }

    /** The response to a file with the fields of the application, which come first. */
    private static Response with(Response file, Fields chosen) {
        boolean content = file.status() == Status.OK || file.status() == Status.PARTIAL_CONTENT;
        if (!content && file.status() != Status.NOT_MODIFIED) {
            return file;
        }
        // A part of several has its type in itself, and the whole has one of its own.
        boolean typed = content && !isMultipart(file.fields());
        Set<String> names = new HashSet<>();
        Fields[] all = {Fields.NONE};
        chosen.forEach((octets, nameFrom, nameTo, valueFrom, valueTo) -> {
            String name = text(octets, nameFrom, nameTo);
            String lower = name.toLowerCase(Locale.ROOT);
            boolean wanted = lower.equals("content-type")
                    ? typed
                    : content || WITHOUT_CONTENT.contains(lower);
            if (wanted) {
                names.add(lower);
                all[0] = all[0].with(name, text(octets, valueFrom, valueTo));
            }
        });
        file.fields().forEach((octets, nameFrom, nameTo, valueFrom, valueTo) -> {
            String name = text(octets, nameFrom, nameTo);
            String lower = name.toLowerCase(Locale.ROOT);
            if (lower.equals("vary") || !names.contains(lower)) {
                all[0] = all[0].with(name, text(octets, valueFrom, valueTo));
            }
        });
        return new Response(file.status(), all[0], file.body());
    }

    private static boolean isMultipart(Fields fields) {
        boolean[] multipart = {false};
        fields.forEach((octets, nameFrom, nameTo, valueFrom, valueTo) ->
                multipart[0] |= text(octets, nameFrom, nameTo).equalsIgnoreCase("content-type")
                        && text(octets, valueFrom, valueTo).startsWith("multipart/byteranges"));
        return multipart[0];
    }

    private static String text(byte[] octets, int from, int to) {
        return new String(octets, from, to - from, ISO_8859_1);
    }
}
