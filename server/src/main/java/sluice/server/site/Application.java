package sluice.server.site;

import org.jspecify.annotations.Nullable;

import sluice.server.AppRule;
import sluice.server.ServedFiles;
import sluice.server.app.AppClient;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * An application that decides about the requests below a path.
 *
 * @param path without a slash at its end
 * @param files what it may name; no client reaches them otherwise. Null for none
 */
record Application(byte[] path, AppClient client, @Nullable Site files) {
    /** Those of a site, the one with the longest path first. */
    static List<Application> of(List<AppRule> rules, ServerResources resources) throws IOException {
        List<Application> all = new ArrayList<>();
        try {
            for (AppRule rule : rules) {
                String path = rule.path().equals("/") ? "" : rule.path();
                Site files = rule.files() == null
                        ? null
                        : Site.open(ServedFiles.in(rule.files()), resources);
                all.add(new Application(
                        path.getBytes(StandardCharsets.UTF_8),
                        new AppClient(rule.address()),
                        files));
            }
        } catch (IOException | RuntimeException e) {
            close(all, true);
            throw e;
        }
        all.sort((one, other) -> other.path.length - one.path.length);
        return all;
    }

    /** The place of the one that decides about a path; -1 if none does. */
    static int find(List<Application> all, byte[] path, int length) {
        for (int place = 0; place < all.size(); place++) {
            byte[] prefix = all.get(place).path;
            int end = prefix.length;
            if (length >= end
                    && Arrays.equals(path, 0, end, prefix, 0, end)
                    && (length == end || path[end] == '/')) {
                return place;
            }
        }
        return -1;
    }

    /** Closes their files: see {@link Site#close}. */
    static void close(List<Application> all, boolean quiet) {
        for (Application application : all) {
            if (application.files != null) {
                application.files.close(quiet);
            }
        }
    }
}
