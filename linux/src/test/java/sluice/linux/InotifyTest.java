package sluice.linux;

import static org.assertj.core.api.Assertions.assertThat;

import static sluice.linux.Fixture.ok;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

class InotifyTest {
    @TempDir
    private Path directory;

    private final Fixture fixture = new Fixture();
    private final int inotify = fixture.opened(Inotify.init());

    @AfterEach
    void giveBack() {
        fixture.close();
    }

    @Test
    void tellsBothHalvesOfARename() throws IOException {
        var old = Files.createFile(directory.resolve("old"));
        int moved = Inotify.IN_MOVED_FROM | Inotify.IN_MOVED_TO;
        int watch = ok(Inotify.addWatch(inotify, directory.toString(), moved));
        Files.move(old, directory.resolve("a much longer new name"));
        var events = events();
        int cookie = events.getFirst().cookie();
        var from = new Inotify.Event(watch, Inotify.IN_MOVED_FROM, cookie, "old");
        var to = new Inotify.Event(watch, Inotify.IN_MOVED_TO, cookie, "a much longer new name");
        assertThat(cookie).isNotZero();
        assertThat(events).containsExactly(from, to);
    }

    @Test
    void watchesAnOpenFileWhateverItIsCalled() throws IOException {
        var path = Files.createFile(directory.resolve("file"));
        int file = fixture.open(path, FileCalls.O_PATH);
        int watch = ok(Inotify.addWatch(inotify, file, Inotify.IN_MODIFY));
        Files.writeString(Files.move(path, directory.resolve("other")), "changed");
        assertThat(events()).contains(new Inotify.Event(watch, Inotify.IN_MODIFY, 0, ""));
    }

    @Test
    void saysThatAWatchHasEnded() {
        int watch = ok(Inotify.addWatch(inotify, directory.toString(), Inotify.IN_CREATE));
        ok(Inotify.rmWatch(inotify, watch));
        assertThat(events()).containsExactly(new Inotify.Event(watch, Inotify.IN_IGNORED, 0, ""));
    }

    @Test
    void returnsErrorsAsValues() {
        var buffer = fixture.memory(Inotify.MIN_BUFFER_SIZE);
        assertThat(Inotify.read(inotify, buffer)).isEqualTo(-Errno.EAGAIN);
        assertThat(Inotify.addWatch(inotify, directory + "/none", Inotify.IN_MODIFY))
                .isEqualTo(-Errno.ENOENT);
        assertThat(Inotify.rmWatch(inotify, 99)).isEqualTo(-Errno.EINVAL);
    }

    private List<Inotify.Event> events() {
        var buffer = fixture.memory(16L * Inotify.MIN_BUFFER_SIZE);
        return Inotify.decode(buffer, ok(Inotify.read(inotify, buffer)));
    }
}
