package sluice.server.site;

import org.jspecify.annotations.Nullable;

import sluice.http.ChosenTypes;
import sluice.server.Rules;
import sluice.server.content.FileCache;
import sluice.server.root.DocumentRoot;
import sluice.server.rules.FieldRules;
import sluice.server.rules.Guard;
import sluice.server.rules.OwnPages;
import sluice.server.rules.PathRules;

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
        OwnPages pages) {
    static SiteRules of(Rules rules, DocumentRoot root, FileCache cache, ChosenTypes types) {
        return new SiteRules(
                new OtherNames(cache, rules),
                FieldRules.of(rules),
                PathRules.of(rules),
                new Guard(rules.access()),
                new OwnPages(root, rules, types));
    }
}
