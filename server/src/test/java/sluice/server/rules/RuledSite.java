package sluice.server.rules;

import sluice.server.FileServer;
import sluice.server.Rules;
import sluice.server.ServedFiles;
import sluice.server.testing.Setup;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A small site of web pages, and servers for it. */
final class RuledSite {
    static final String BROWSER = "Accept: text/html,application/xhtml+xml,*/*;q=0.8";

    private RuledSite() {}

    static void plant(Path root) throws IOException {
        Files.writeString(root.resolve("index.html"), "home");
        Files.writeString(root.resolve("about.html"), "about us");
        Files.writeString(root.resolve("404.html"), "lost");
        Files.createDirectories(root.resolve("assets"));
        Files.writeString(root.resolve("assets/main.3f2a1b9c.js"), "script");
        Files.writeString(root.resolve("assets/plain.css"), "style");
        Files.writeString(root.resolve("assets/0123456789"), "0123456789");
        Files.createDirectories(root.resolve("docs"));
        Files.writeString(root.resolve("docs/index.html"), "manual");
        Files.writeString(root.resolve("docs.html"), "all manuals");
        Files.createDirectories(root.resolve("empty"));
    }

    static ServedFiles files(Path root, Rules rules) {
        return ServedFiles.in(root).withRules(rules);
    }

    static FileServer start(Path root, Rules rules) throws IOException {
        return Setup.PLAIN.serving(root).files(files(root, rules)).build().start();
    }
}
