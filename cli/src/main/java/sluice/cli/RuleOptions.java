package sluice.cli;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine.Option;

import sluice.server.Access;
import sluice.server.AppRule;
import sluice.server.Rules;

import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Options for what a site does beside sending the file that a path names. */
final class RuleOptions {
    /** What a browser calls the site when it asks for a password. */
    private static final String REALM = "files";

    private static final String FALLBACK = "/index.html";

    @Option(
            names = "--header",
            paramLabel = "[PATH ]NAME: VALUE",
            converter = RuleText.OfHeader.class,
            description = "response header, of files whose path matches PATH: /assets/** or *.css;"
                    + " repeatable, of two for one name the later counts, without a value it takes"
                    + " back the earlier")
    private List<Rules.Header> headers = List.of();

    @Option(
            names = "--cache-headers",
            description = "have browsers keep files whose name holds a hash (main.3f2a1b9c.js), and"
                    + " ask again for *.html; --header '*.css Cache-Control: max-age=60' says more")
    private boolean cache;

    @Option(
            names = "--security-headers",
            description = "X-Content-Type-Options, X-Frame-Options, Referrer-Policy and"
                    + " Cross-Origin-Opener-Policy in their strict values")
    private boolean security;

    @Option(
            names = "--cors",
            paramLabel = "ORIGIN",
            description = "let pages of this origin read the files, e.g. https://app.example; * for"
                    + " those of all origins")
    private @Nullable String cors;

    @Option(
            names = "--spa",
            description = "answer with " + FALLBACK + " for names that do not exist, if the client"
                    + " wants HTML: for pages that route in the browser")
    private boolean spa;

    @Option(
            names = "--clean-urls",
            description = "answer /about with about.html if there is no file about")
    private boolean cleanUrls;

    @Option(
            names = "--redirect",
            paramLabel = "FROM TO [STATUS]",
            converter = RuleText.OfRedirect.class,
            description = "send clients elsewhere, as '/old/** /new/*' or '/blog"
                    + " https://blog.example/ 301'; repeatable, the first that matches counts"
                    + " (default of STATUS: 302)")
    private List<Rules.Redirect> redirects = List.of();

    @Option(
            names = "--rewrite",
            paramLabel = "FROM TO",
            converter = RuleText.OfRewrite.class,
            description = "look up another path, as '/v1/** /current/*'; repeatable, the first that"
                    + " matches counts")
    private List<Rules.Rewrite> rewrites = List.of();

    @Option(
            names = "--error-page",
            paramLabel = "STATUS=FILE",
            converter = RuleText.OfErrorPage.class,
            description = "page for an error, as 404=/404.html; repeatable")
    private List<RuleText.ErrorPage> errorPages = List.of();

    @Option(
            names = "--app",
            paramLabel = "PATH ADDRESS [DIR]",
            converter = RuleText.OfApplication.class,
            description = "ask an application about GET and HEAD of PATH and below, as '/downloads"
                    + " http://127.0.0.1:8080 /srv/private' or '/downloads unix:/run/app.sock';"
                    + " if its answer has X-Sluice-Send: /FILE, send that file of DIR instead;"
                    + " repeatable")
    private List<AppRule> applications = List.of();

    @Option(
            names = "--auth",
            paramLabel = "USER:HASH",
            description = "let in only who has a password: its bcrypt hash, as htpasswd -nB makes"
                    + " it; repeatable")
    private List<String> users = List.of();

    @Option(
            names = "--auth-file",
            paramLabel = "FILE",
            description = "the same for each line of a file, which htpasswd -B makes; read at the"
                    + " start")
    private @Nullable Path userFile;

    /**
     * What they say.
     *
     * @throws IllegalArgumentException if that cannot be, or the file of passwords cannot be read
     */
    Rules rules() {
        Map<Integer, String> pages = new LinkedHashMap<>();
        for (RuleText.ErrorPage page : errorPages) {
            if (pages.put(page.status(), page.path()) != null) {
                throw new IllegalArgumentException(
                        "--error-page has two pages for " + page.status());
            }
        }
        Rules rules = Rules.NONE
                .withCors(cors)
                .withRedirects(redirects)
                .withRewrites(rewrites)
                .withCleanUrls(cleanUrls)
                .withFallback(spa ? FALLBACK : null)
                .withErrorPages(pages)
                .withApplications(applications)
                .withAccess(access());
        if (security) {
            rules = rules.withHeaders(Rules.SECURITY);
        }
        if (cache) {
            rules = rules.withHeaders(Rules.CACHE);
        }
        return rules.withHeaders(headers);
    }

    /** Lets a sandbox read the file of passwords. */
    void allow(Sandbox sandbox) {
        if (userFile != null) {
            sandbox.read(userFile);
        }
    }

    private @Nullable Access access() {
        if (users.isEmpty() && userFile == null) {
            return null;
        }
        Passwords passwords = new Passwords();
        users.forEach(passwords::add);
        if (userFile != null) {
            try {
                passwords.addAll(userFile);
            } catch (IOException e) {
                throw new IllegalArgumentException(
                        "--auth-file cannot be read: " + Failures.inWords(e), e);
            }
        }
        return new Access(REALM, passwords);
    }
}
