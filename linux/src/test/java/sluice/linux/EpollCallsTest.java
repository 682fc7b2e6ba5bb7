package sluice.linux;

import static org.assertj.core.api.Assertions.assertThat;

import static sluice.linux.EpollCalls.EPOLLIN;
import static sluice.linux.EpollCalls.EPOLLOUT;
import static sluice.linux.EpollCalls.EPOLL_CTL_ADD;
import static sluice.linux.EpollCalls.EPOLL_CTL_DEL;
import static sluice.linux.EpollCalls.EPOLL_CTL_MOD;
import static sluice.linux.Fixture.NONBLOCKING;
import static sluice.linux.Fixture.ok;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import java.lang.foreign.MemorySegment;
import java.util.HashMap;
import java.util.Map;

class EpollCallsTest {
    private static final int MAX_EVENTS = 8;
    /** Far longer than any test takes. */
    private static final int LONG_MILLIS = 60_000;

    private final Fixture fixture = new Fixture();
    private final int epoll = fixture.opened(EpollCalls.create());
    private final MemorySegment events = fixture.memory(MAX_EVENTS * EpollCalls.EVENT_SIZE);

    @AfterEach
    void giveBack() {
        fixture.close();
    }

    @Test
    void givesBackTheDataOfEveryReadyDescriptor() {
        int[] first = fixture.pair(NONBLOCKING);
        int[] second = fixture.pair(NONBLOCKING);
        int[] quiet = fixture.pair(NONBLOCKING);
        ok(EpollCalls.control(epoll, EPOLL_CTL_ADD, first[0], EPOLLIN, 0x1122334455667788L));
        ok(EpollCalls.control(epoll, EPOLL_CTL_ADD, quiet[0], EPOLLIN, 3));
        ok(EpollCalls.control(epoll, EPOLL_CTL_ADD, second[0], EPOLLIN | EPOLLOUT, -2));
        send(first[1]);
        send(second[1]);
        var expected = Map.of(0x1122334455667788L, EPOLLIN, -2L, EPOLLIN | EPOLLOUT);
        assertThat(await(0)).isEqualTo(expected);
    }

    @Test
    void reportsNothingWhenNothingIsReady() {
        int[] pair = fixture.pair(NONBLOCKING);
        ok(EpollCalls.control(epoll, EPOLL_CTL_ADD, pair[0], EPOLLIN, 1));
        assertThat(await(0)).isEmpty();
        assertThat(await(1)).isEmpty();
    }

    @Test
    void changesAndEndsInterest() {
        int[] pair = fixture.pair(NONBLOCKING);
        ok(EpollCalls.control(epoll, EPOLL_CTL_ADD, pair[0], EPOLLIN, 1));
        ok(EpollCalls.control(epoll, EPOLL_CTL_MOD, pair[0], EPOLLOUT, 2));
        assertThat(await(0)).isEqualTo(Map.of(2L, EPOLLOUT));
        ok(EpollCalls.control(epoll, EPOLL_CTL_DEL, pair[0], 0, 0));
        assertThat(await(0)).isEmpty();
        int unknown = EpollCalls.control(epoll, EPOLL_CTL_DEL, pair[0], 0, 0);
        assertThat(unknown).isEqualTo(-Errno.ENOENT);
    }

    @Test
    void tellsAnEdgeOnce() {
        int[] pair = fixture.pair(NONBLOCKING);
        int interest = EPOLLIN | EpollCalls.EPOLLET;
        ok(EpollCalls.control(epoll, EPOLL_CTL_ADD, pair[0], interest, 1));
        send(pair[1]);
        assertThat(await(0)).isEqualTo(Map.of(1L, EPOLLIN));
        assertThat(await(0)).isEmpty();
        send(pair[1]);
        assertThat(await(0)).isEqualTo(Map.of(1L, EPOLLIN));
    }

    @Test
    void tellsAOneShotUntilItIsArmedAgain() {
        int[] pair = fixture.pair(NONBLOCKING);
        int interest = EPOLLIN | EpollCalls.EPOLLONESHOT;
        ok(EpollCalls.control(epoll, EPOLL_CTL_ADD, pair[0], interest, 1));
        send(pair[1]);
        assertThat(await(0)).isEqualTo(Map.of(1L, EPOLLIN));
        assertThat(await(0)).isEmpty();
        ok(EpollCalls.control(epoll, EPOLL_CTL_MOD, pair[0], interest, 1));
        assertThat(await(0)).isEqualTo(Map.of(1L, EPOLLIN));
    }

    @Test
    void tellsThatThePeerHasClosedItsHalf() {
        int[] pair = fixture.pair(NONBLOCKING);
        int interest = EPOLLIN | EpollCalls.EPOLLRDHUP;
        ok(EpollCalls.control(epoll, EPOLL_CTL_ADD, pair[0], interest, 1));
        ok(SocketCalls.shutdown(pair[1], SocketCalls.SHUT_WR));
        assertThat(await(0)).isEqualTo(Map.of(1L, EPOLLIN | EpollCalls.EPOLLRDHUP));
    }

    @Test
    void isWokenFromAnotherThreadByAnEventFd() throws InterruptedException {
        int wakeUp = fixture.opened(EventFd.create());
        ok(EpollCalls.control(epoll, EPOLL_CTL_ADD, wakeUp, EPOLLIN, 7));
        var waker = Thread.ofPlatform().start(() -> {
            EventFd.signal(wakeUp);
            EventFd.signal(wakeUp);
        });
        assertThat(await(LONG_MILLIS)).isEqualTo(Map.of(7L, EPOLLIN));
        waker.join();
        assertThat(EventFd.drain(wakeUp)).isEqualTo(2);
        assertThat(EventFd.drain(wakeUp)).isEqualTo(-Errno.EAGAIN);
        assertThat(await(0)).isEmpty();
    }

    @Test
    void returnsErrorsAsValues() {
        assertThat(EpollCalls.await(-1, events.address(), 1, 0)).isEqualTo(-Errno.EBADF);
        assertThat(EpollCalls.await(epoll, events.address(), 0, 0)).isEqualTo(-Errno.EINVAL);
        int itself = EpollCalls.control(epoll, EPOLL_CTL_ADD, epoll, EPOLLIN, 0);
        assertThat(itself).isEqualTo(-Errno.EINVAL);
        assertThat(EventFd.signal(-1)).isEqualTo(-Errno.EBADF);
    }

    private void send(int socket) {
        ok(SocketCalls.send(socket, fixture.text("x").address(), 1, 0));
    }

    private Map<Long, Integer> await(int timeoutMillis) {
        var found = new HashMap<Long, Integer>();
        int count = ok(EpollCalls.await(epoll, events.address(), MAX_EVENTS, timeoutMillis));
        for (int i = 0; i < count; i++) {
            found.put(EpollCalls.dataAt(events, i), EpollCalls.eventsAt(events, i));
        }
        return found;
    }
}
