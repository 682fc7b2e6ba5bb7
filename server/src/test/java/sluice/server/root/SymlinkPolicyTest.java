package sluice.server.root;

import static org.assertj.core.api.Assertions.assertThat;

import static sluice.server.root.Roots.bytes;
import static sluice.server.root.Roots.link;
import static sluice.server.root.Roots.see;
import static sluice.server.root.Roots.write;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import sluice.server.SymlinkPolicy;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

class SymlinkPolicyTest {
    @TempDir
    private Path temporary;

    private Path inside;
    private Path outside;

    @BeforeEach
    void makeTree() throws IOException {
        inside = temporary.resolve("inside");
        outside = temporary.resolve("outside");
        write(inside.resolve("file"), "inside");
        write(inside.resolve("folder/deep/file"), "deep");
        write(outside.resolve("file"), "secret");
    }

    @AfterEach
    void deleteLinks() throws IOException {
        Roots.deleteLinks(temporary);
    }

    @ParameterizedTest
    @EnumSource
    void followsRelativeLinksThatStayInside(Roots kind) throws IOException {
        link(inside.resolve("same"), "file");
        link(inside.resolve("folder/up"), "../file");
        link(inside.resolve("folder/deep/top"), "../..");
        link(inside.resolve("winding"), "./folder/../folder/deep/../up");
        try (var root = kind.open(inside, SymlinkPolicy.INSIDE)) {
            assertThat(see(root, "same")).isEqualTo("inside");
            assertThat(see(root, "folder/up")).isEqualTo("inside");
            assertThat(see(root, "folder/deep/top")).isEqualTo("directory");
            assertThat(see(root, "folder/deep/top/folder/deep/file")).isEqualTo("deep");
            assertThat(see(root, "winding")).isEqualTo("inside");
            assertThat(see(root, "same/")).isEqualTo("not found");
        }
    }

    private List<String> makeForbiddenLinks() throws IOException {
        link(inside.resolve("absolute"), outside.resolve("file").toString());
        link(inside.resolve("absoluteInside"), inside.resolve("file").toString());
        link(inside.resolve("leaving"), "../outside/file");
        link(inside.resolve("returning"), "../inside/file");
        link(inside.resolve("leavingFolder"), "../outside");
        link(inside.resolve("parent"), "..");
        link(inside.resolve("root"), "/");
        link(inside.resolve("folder/deep/out"), "../../../outside/file");
        link(inside.resolve("twice"), "leavingFolder/file");
        return List.of(
                "absolute",
                "absoluteInside",
                "leaving",
                "returning",
                "leavingFolder",
                "leavingFolder/file",
                "parent",
                "parent/inside/file",
                "root",
                "root/etc/passwd",
                "folder/deep/out",
                "twice");
    }

    @ParameterizedTest
    @EnumSource
    void refusesAbsoluteLinksAndThoseThatLeaveEvenToReturn(Roots kind) throws IOException {
        var paths = makeForbiddenLinks();
        try (var root = kind.open(inside, SymlinkPolicy.INSIDE)) {
            for (var path : paths) {
                assertThat(see(root, path)).as(path).isEqualTo("not found");
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void refusesAllLinksWhenToldTo(Roots kind) throws IOException {
        link(inside.resolve("same"), "file");
        link(inside.resolve("other"), "folder");
        var paths = makeForbiddenLinks();
        try (var root = kind.open(inside, SymlinkPolicy.NONE)) {
            assertThat(see(root, "file")).isEqualTo("inside");
            assertThat(see(root, "same")).isEqualTo("not found");
            assertThat(see(root, "other")).isEqualTo("not found");
            assertThat(see(root, "other/deep/file")).isEqualTo("not found");
            for (var path : paths) {
                assertThat(see(root, path)).as(path).isEqualTo("not found");
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void followsAllLinksWhenToldTo(Roots kind) throws IOException {
        makeForbiddenLinks();
        try (var root = kind.open(inside, SymlinkPolicy.ALL)) {
            assertThat(see(root, "absolute")).isEqualTo("secret");
            assertThat(see(root, "returning")).isEqualTo("inside");
            assertThat(see(root, "leavingFolder/file")).isEqualTo("secret");
            assertThat(see(root, "leavingFolder/")).isEqualTo("directory");
            assertThat(see(root, "twice")).isEqualTo("secret");
        }
    }

    @ParameterizedTest
    @EnumSource
    void findsNothingBehindLoopsAndDanglingLinks(Roots kind) throws IOException {
        link(inside.resolve("self"), "self");
        link(inside.resolve("a"), "b");
        link(inside.resolve("b"), "a");
        link(inside.resolve("dangling"), "gone");
        link(inside.resolve("l0"), "file");
        for (int i = 1; i <= 50; i++) {
            link(inside.resolve("l" + i), "l" + (i - 1));
        }
        for (var policy : SymlinkPolicy.values()) {
            try (var root = kind.open(inside, policy)) {
                for (var path : List.of("self", "a", "b/x", "dangling", "dangling/x", "l50")) {
                    assertThat(see(root, path)).as(policy + " " + path).isEqualTo("not found");
                }
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void leavesNoDescriptorOpenWhateverTheAnswer(Roots kind) throws Exception {
        var paths = makeForbiddenLinks();
        Roots.makeFifo(inside.resolve("fifo"));
        int before = 0;
        for (int i = 0; i < 200; i++) {
            if (i == 20) {
                before = Roots.descriptors(); // classes are loaded, caches filled
            }
            try (var root = kind.open(inside, SymlinkPolicy.INSIDE)) {
                assertThat(see(root, "folder/deep/file")).isEqualTo("deep");
                assertThat(see(root, "folder")).isEqualTo("directory");
                assertThat(see(root, "fifo")).isEqualTo("not found");
                assertThat(see(root, "file/")).isEqualTo("not found");
                paths.forEach(path -> assertThat(see(root, path)).isEqualTo("not found"));
                var found = (Opened.Found) Roots.open(root, "folder");
                root.list(found.file(), bytes("folder"), 0, 6, true, () -> true);
                found.file().close();
            }
        }
        assertThat(Roots.descriptors()).isLessThan(before + 20);
    }
}
