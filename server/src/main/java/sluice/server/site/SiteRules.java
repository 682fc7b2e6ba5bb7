package sluice.server.site;

import org.jspecify.annotations.Nullable;

import sluice.http.ChosenTypes;
import sluice.server.Rules;
import sluice.server.ServedFiles;
import sluice.server.content.FileCache;
import sluice.server.root.DocumentRoot;
import sluice.server.rules.FieldRules;
import sluice.server.rules.Guard;
import sluice.server.rules.Hooks;
import sluice.server.rules.OwnPages;
import sluice.server.rules.PathRules;

import java.io.IOException;
import java.util.List;

/**
 * The rules of a site, ready for requests.
 *
 * @param paths redirects and rewrites; null without any
 */
record SiteRules(
        OtherNames names,
        FieldRules fields,
        @Nullable PathRules paths,
        Guard guard,
        OwnPages pages,
        List<Application> applications,
        Hooks hooks) {
    static SiteRules of(
            ServedFiles files,
            DocumentRoot root,
            FileCache cache,
            ChosenTypes types,
            ServerResources resources)
            throws IOException {
        Rules rules = files.rules();
        return new SiteRules(
                new OtherNames(cache, rules),
                FieldRules.of(rules),
                PathRules.of(rules),
                new Guard(rules.access()),
                new OwnPages(root, rules, types),
                Application.of(rules.applications(), resources),
                Hooks.of(rules));
    }
}
