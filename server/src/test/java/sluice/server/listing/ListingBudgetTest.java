package sluice.server.listing;

import static org.assertj.core.api.Assertions.assertThat;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import sluice.io.testing.Rehearsal;
import sluice.server.root.DirectoryEntries;
import sluice.server.testing.RawClient;
import sluice.server.testing.ReceivedResponse;
import sluice.server.testing.Rehearsed;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** However many ask for listings, and however slowly they read them. */
final class ListingBudgetTest {
    private static final int ENTRIES = 300;

    @TempDir
    private Path root;

    private Rehearsed site;
    private ListingBudget budget;

    @BeforeEach
    void open() throws IOException {
        for (int i = 0; i < ENTRIES; i++) {
            Files.createFile(root.resolve("file" + i));
        }
        site = Rehearsed.of(root);
        budget = site.site.listings();
    }

    @AfterEach
    void close() {
        assertThat(budget.entries()).isZero();
        site.close();
    }

    private ListingBudget.Draft draftOf(long entries) {
        ListingBudget.Draft draft = budget.begin(() -> true);
        for (long i = 0; i < entries; i++) {
            assertThat(draft.more()).isTrue();
        }
        return draft;
    }

    @Test
    void aListingForWhichThereIsNoRoomIsRefusedForNow() throws IOException {
        List<ListingBudget.Draft> others = new ArrayList<>();
        for (int i = 0; i < ListingBudget.ENTRIES_MAX / DirectoryEntries.LIMIT; i++) {
            others.add(draftOf(DirectoryEntries.LIMIT));
        }

        ReceivedResponse refused = site.get("/");

        assertThat(refused.status()).isEqualTo(503);
        assertThat(refused.field("Retry-After")).isEqualTo("1");
        assertThat(site.get("/file1").status()).isEqualTo(200);
        others.removeFirst().release();
        assertThat(site.get("/").status()).isEqualTo(200);
        others.forEach(ListingBudget.Draft::release);
    }

    @Test
    void aListingCountsUntilItHasBeenTakenOrItsClientHasGone() {
        for (boolean leaves : new boolean[] {false, true}) {
            try (Rehearsal slow = site.connect().window(1)) {
                slow.restWorkers();
                slow.receive(RawClient.request("GET", "/").getBytes(ISO_8859_1));
                awaitMade(slow);
                assertThat(budget.entries()).isEqualTo(ENTRIES);
                if (leaves) {
                    slow.breakOff();
                }
                slow.wakeWorkers();
                assertThat(budget.entries()).isZero();
                assertThat(slow.output().length > 0).isNotEqualTo(leaves);
            }
        }
    }

    /** A worker looks for an index first, unless the kernel knows that there is none. */
    private void awaitMade(Rehearsal slow) {
        while (budget.entries() == 0) {
            slow.wakeOneWorker();
        }
    }

    @Test
    void aReadmeTakesTheRoomOfEntries() {
        ListingBudget.Draft draft = budget.begin(() -> true);
        assertThat(draft.holds(10_000)).isTrue();
        assertThat(budget.entries()).isEqualTo(100);
        assertThat(draft.holds(100 * ListingBudget.ENTRIES_MAX)).isFalse();
        assertThat(draft.isFull()).isTrue();
        draft.release();
        assertThat(budget.entries()).isZero();
    }

    @Test
    void theRoomIsAnEntryForEach100BytesWithinTwoBounds() {
        assertThat(roomOf(0)).isEqualTo(100_001);
        assertThat(roomOf(20_000_000)).isEqualTo(200_000);
        assertThat(roomOf(Long.MAX_VALUE)).isEqualTo(1_000_000);
    }

    private static long roomOf(long bytes) {
        ListingBudget.Draft draft = new ListingBudget(bytes).begin(() -> true);
        long entries = 0;
        while (draft.more()) {
            entries++;
        }
        return entries;
    }

    @Test
    void aListingThatNobodyWaitsForIsNotMade() {
        try (Rehearsal slow = site.connect()) {
            slow.restWorkers();
            slow.receive(RawClient.request("GET", "/").getBytes(ISO_8859_1));
            slow.breakOff();
            slow.wakeWorkers();

            assertThat(slow.output()).isEmpty();
        }
        ListingBudget.Draft unwanted = budget.begin(() -> false);
        assertThat(unwanted.more()).isFalse();
        unwanted.release();
    }
}
