package sluice.server.listing;

import static org.assertj.core.api.Assertions.assertThat;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import sluice.io.testing.Rehearsal;
import sluice.server.root.DirectoryEntries;
import sluice.server.root.DirectoryEntry;
import sluice.server.root.FileKind;
import sluice.server.testing.RawClient;
import sluice.server.testing.ReceivedResponse;
import sluice.server.testing.Rehearsed;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;

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

    private static Listing listingOf(int entries) {
        DirectoryEntry entry = new DirectoryEntry(new byte[] {'a'}, FileKind.REGULAR, 1, 1);
        List<DirectoryEntry> all = new ArrayList<>();
        for (int i = 0; i < entries; i++) {
            all.add(entry);
        }
        DirectoryEntries directory = new DirectoryEntries(all, false, 0);
        return new Listing(new byte[] {'/'}, 0, 1, directory, ListingOptions.DEFAULT);
    }

    @Test
    void aListingForWhichThereIsNoRoomIsRefusedForNow() throws IOException {
        Listing large = listingOf(DirectoryEntries.LIMIT);
        List<ListingBudget.Held> others = new ArrayList<>();
        for (int i = 0; i < ListingBudget.ENTRIES_MAX / DirectoryEntries.LIMIT; i++) {
            others.add(Objects.requireNonNull(budget.hold(large)));
        }

        ReceivedResponse refused = site.get("/");

        assertThat(refused.status()).isEqualTo(503);
        assertThat(refused.field("Retry-After")).isEqualTo("1");
        assertThat(site.get("/file1").status()).isEqualTo(200);
        others.removeFirst().release();
        assertThat(site.get("/").status()).isEqualTo(200);
        others.forEach(ListingBudget.Held::release);
    }

    @Test
    void aListingCountsUntilItHasBeenTakenOrItsClientHasGone() {
        for (boolean leaves : new boolean[] {false, true}) {
            try (Rehearsal slow = site.connect().window(1)) {
                slow.restWorkers();
                slow.receive(RawClient.request("GET", "/").getBytes(ISO_8859_1));
                slow.wakeOneWorker();
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

    @Test
    void onlySoManyAreMadeAtTheSameTime() throws InterruptedException {
        AtomicInteger made = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        CountDownLatch full = new CountDownLatch(ListingBudget.MADE_AT_ONCE);
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < 3 * ListingBudget.MADE_AT_ONCE; i++) {
            threads.add(Thread.ofPlatform()
                    .start(() -> budget.make(() -> {
                        most.accumulateAndGet(made.incrementAndGet(), Math::max);
                        full.countDown();
                        awaitQuietly(full);
                        return made.decrementAndGet();
                    })));
        }
        for (Thread thread : threads) {
            thread.join();
        }
        assertThat(most).hasValue(ListingBudget.MADE_AT_ONCE);
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
