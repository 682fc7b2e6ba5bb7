package sluice.server.site;

import sluice.server.ServedFiles;
import sluice.server.Tier;
import sluice.server.root.DocumentRoot;
import sluice.server.root.MountedRoot;
import sluice.server.tier.TierRoot;

import java.io.IOException;

/** What the paths of a site lead to: directories of this machine, or a store. */
final class SiteRoot {
    private SiteRoot() {}

    /**
     * @param lowest see {@link sluice.io.Model#lowestFile}
     * @throws IOException if a directory cannot be opened
     */
    static DocumentRoot open(ServedFiles files, int lowest) throws IOException {
        Tier tier = files.tier();
        if (tier != null) {
            return TierRoot.open(tier, lowest);
        }
        DocumentRoot main = DocumentRoot.open(files.root(), files.symlinks(), lowest);
        try {
            return MountedRoot.over(main, files.mounts(), files.symlinks(), lowest);
        } catch (IOException | RuntimeException e) {
            main.close();
            throw e;
        }
    }
}
