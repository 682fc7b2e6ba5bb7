package sluice.server.admin;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.nio.charset.StandardCharsets.ISO_8859_1;

import sluice.http.Field;
import sluice.http.Fields;
import sluice.http.Request;
import sluice.http.Status;
import sluice.server.listing.PageParts;
import sluice.server.response.Body;
import sluice.server.response.Response;
import sluice.server.site.AllowedHosts;

import java.util.List;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * The pages of the admin listener.
 *
 * @param hosts whom it answers to: metrics are nothing for a web page that is open on this machine
 */
public record AdminPages(AllowedHosts hosts, Supplier<Vitals> vitals, ResponseTotals totals)
        implements Function<Request, Response> {
    private static final String RESOURCES = "/sluice/server/admin/";
    private static final String STYLE =
            PageParts.PALETTE + PageParts.stripped(RESOURCES + "status.css");
    private static final String SCRIPT = PageParts.stripped(RESOURCES + "status.js");
    private static final String HTML = PageParts.stripped(RESOURCES + "status.html");
    private static final Fields ALLOWED = Fields.of(Field.ALLOW, "GET, HEAD");
    private static final Response STATUS_PAGE = statusPage();

    @Override
    public Response apply(Request request) {
        if (!hosts.allows(request)) {
            return Response.error(Status.MISDIRECTED_REQUEST);
        }
        return switch (request.method()) {
            case GET, HEAD -> page(request);
            default -> Response.error(Status.METHOD_NOT_ALLOWED, ALLOWED);
        };
    }

    private Response page(Request request) {
        return switch (text(request, request.pathFrom(), request.pathTo())) {
            case "/" -> STATUS_PAGE;
            case "/status.json" ->
                fresh(Status.OK, "application/json", StatusJson.of(vitals.get(), totals));
            case "/metrics" -> metrics(request);
            case "/healthz" -> words(Status.OK, "alive\n");
            case "/readyz" -> ready();
            default -> Response.error(Status.NOT_FOUND);
        };
    }

    private Response metrics(Request request) {
        int line = request.find(Field.ACCEPT);
        StringBuilder accept = new StringBuilder();
        for (int i = line; i >= 0; i = request.next(i)) {
            accept.append(text(request, request.valueFrom(i), request.valueTo(i)))
                    .append(',');
        }
        Exposition.Form form = Exposition.Form.of(accept.toString());
        return fresh(Status.OK, form.type, MetricsPage.of(vitals.get(), totals, form));
    }

    private Response ready() {
        List<String> reasons = vitals.get().unready();
        return reasons.isEmpty()
                ? words(Status.OK, "ready\n")
                : words(Status.SERVICE_UNAVAILABLE, String.join("\n", reasons) + "\n");
    }

    private static Response words(int status, String words) {
        return fresh(status, "text/plain; charset=utf-8", words);
    }

    private static Response fresh(int status, String type, String text) {
        Fields fields = Fields.of(Field.CONTENT_TYPE, type)
                .with(Field.CACHE_CONTROL, "no-store")
                .with("X-Content-Type-Options", "nosniff");
        return Response.of(status, fields, new Body.Memory(PageParts.octets(text)));
    }

    /** The same for all: its script asks for the numbers. */
    private static Response statusPage() {
        String page = HTML.replace("<!-- style -->", element("style", STYLE))
                .replace("<!-- script -->", element("script", SCRIPT));
        Fields policy = PageParts.policy("style-src " + PageParts.hash(STYLE) + "; script-src "
                + PageParts.hash(SCRIPT) + "; connect-src 'self'");
        return fresh(Status.OK, "text/html; charset=utf-8", page).with(policy);
    }

    private static String element(String name, String content) {
        return "<" + name + ">" + content + "</" + name + ">";
    }

    private static String text(Request request, int from, int to) {
        byte[] octets = from < 0
                ? new byte[0]
                : request.bytes().asSlice(from, (long) to - from).toArray(JAVA_BYTE);
        return new String(octets, ISO_8859_1);
    }
}
