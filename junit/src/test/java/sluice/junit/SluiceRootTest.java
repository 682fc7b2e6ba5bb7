package sluice.junit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;
import static org.junit.platform.testkit.engine.EventConditions.event;
import static org.junit.platform.testkit.engine.EventConditions.finishedWithFailure;
import static org.junit.platform.testkit.engine.TestExecutionResultConditions.message;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.platform.testkit.engine.EngineTestKit;
import org.junit.platform.testkit.engine.Events;

import sluice.io.CopyMode;
import sluice.io.Machinery;

import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;

/** What the extension does for a test that uses it. */
@SuppressWarnings("NullAway.Init") // JUnit sets the fields
class SluiceRootTest {
    @SluiceRoot("src/main/java/sluice/junit")
    static ServedRoot sources;

    @SluiceRoot
    URI empty;

    private static byte[] get(URI uri) throws IOException {
        try (InputStream body = uri.toURL().openStream()) {
            return body.readAllBytes();
        }
    }

    @Test
    void aStaticFieldIsServedFromTheDirectoryThatItNames() throws IOException {
        Path file = sources.path().resolve("SluiceRoot.java");

        assertThat(get(sources.uri("SluiceRoot.java"))).isEqualTo(Files.readAllBytes(file));
    }

    @Test
    void aFieldMayBeTheUriAlone() {
        assertThat(empty.toString()).matches("http://127\\.0\\.0\\.1:\\d+/");
    }

    @Test
    void aParameterIsATemporaryDirectoryOfItsOwn(
            @SluiceRoot ServedRoot one, @SluiceRoot ServedRoot other) throws IOException {
        Files.writeString(one.path().resolve("a.txt"), "first");
        assertThat(get(one.uri("a.txt"))).asString().isEqualTo("first");

        Files.writeString(one.path().resolve("a.txt"), "second");
        assertThat(get(one.uri("a.txt"))).asString().isEqualTo("second");
        assertThatThrownBy(() -> get(other.uri("a.txt"))).hasMessageContaining("a.txt");
        assertThat(other.response("/a.txt").status()).isEqualTo(404);
        assertThat(one.responses()).hasSize(2);
    }

    @Test
    void aResponseOfAFileIsZeroCopyHoweverSmall(@SluiceRoot ServedRoot root) throws IOException {
        assumeTrue(Machinery.defaults().withCopy(CopyMode.SENDFILE).refusal() == null, "sendfile");
        Files.write(root.path().resolve("small"), new byte[100]);
        Files.write(root.path().resolve("large"), new byte[3_000_000]);

        get(root.uri("small"));
        get(root.uri("large"));

        root.assertZeroCopy("/small");
        root.assertZeroCopy("/large");
        assertThat(root.response("/large").copyPath()).isEqualTo("sendfile");
    }

    @Test
    void aListingIsNotZeroCopy(@SluiceRoot ServedRoot root) throws IOException {
        get(root.uri());

        assertThatThrownBy(() -> root.assertZeroCopy("/"))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("passed user space");
    }

    @Test
    void whatNobodyHasAskedForIsAnError(@SluiceRoot ServedRoot root) throws IOException {
        get(root.uri());

        assertThatThrownBy(() -> root.response("/other"))
                .isInstanceOf(AssertionError.class)
                .hasMessage("of 1 responses 1 have ended, and the last are to [/], not /other");
    }

    @Nested
    class Inside {
        @SluiceRoot("src/test/java")
        ServedRoot own;

        @Test
        void aNestedClassHasTheFieldsOfBoth() throws IOException {
            assertThat(get(own.uri())).asString().contains("sluice");
            assertThat(get(empty)).isNotEmpty();
        }
    }

    private static Events run(Class<?> type) {
        return EngineTestKit.engine("junit-jupiter")
                .selectors(selectClass(type))
                .execute()
                .testEvents();
    }

    /** What a class that has run has left to be looked at. */
    private static ServedRoot left;

    static class Leaves {
        @AfterEach
        void keep(@SluiceRoot ServedRoot another) {
            assertThat(another.path()).isNotEqualTo(left.path());
        }

        @Test
        void serves(@SluiceRoot ServedRoot root) throws IOException {
            Files.createDirectory(root.path().resolve("folder"));
            get(root.uri("folder/"));
            left = root;
        }
    }

    @Test
    void afterTheTestTheServerHasEndedAndTheTemporaryDirectoryIsGone() {
        run(Leaves.class).assertStatistics(all -> all.succeeded(1));

        assertThat(left.path()).doesNotExist();
        assertThatThrownBy(() -> get(left.uri())).isInstanceOf(ConnectException.class);
    }

    static class OfAnotherType {
        @Test
        void serves(@SluiceRoot Path root) {}
    }

    static class NoDirectory {
        @Test
        void serves(@SluiceRoot("src/none") ServedRoot root) {}
    }

    @Test
    void whatCannotBeServedFailsItsTestWithTheReason() {
        run(OfAnotherType.class)
                .assertThatEvents()
                .haveExactly(
                        1,
                        event(finishedWithFailure(
                                message(said -> said.contains("is for a ServedRoot or a URI")))));
        run(NoDirectory.class)
                .assertThatEvents()
                .haveExactly(
                        1, event(finishedWithFailure(message(said -> said.contains("src/none")))));
    }
}
