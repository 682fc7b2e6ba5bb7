package sluice.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;

/**
 * Checks every number of this package against the C compiler: a C program generated from our tables
 * prints the values of the machine's headers.
 */
class ConstantsTest {
    /** Our constants that are not C macros of the same name. */
    private static final Set<String> OURS = Set.of(
            "EVENT_SIZE", "MIN_BUFFER_SIZE", "SIZE", "POLLFD_SIZE", "SET_SIZE", "SIGINFO_SIZE");

    /** May be missing in the headers of a distribution older than the kernel. */
    private static final Set<String> RECENT = Set.of("SYS_cachestat", "RESOLVE_CACHED");

    private static final String HEADERS = """
        #define _GNU_SOURCE
        #include <stddef.h>
        #include <stdio.h>
        #include <aio.h>
        #include <dirent.h>
        #include <errno.h>
        #include <fcntl.h>
        #include <netinet/in.h>
        #include <netinet/tcp.h>
        #include <poll.h>
        #include <unistd.h>
        #include <signal.h>
        #include <sys/epoll.h>
        #include <sys/eventfd.h>
        #include <sys/file.h>
        #include <sys/mman.h>
        #include <sys/vfs.h>
        #include <sys/resource.h>
        #include <sys/select.h>
        #include <sys/socket.h>
        #include <sys/stat.h>
        #include <sys/syscall.h>
        #include <linux/errqueue.h>
        #include <linux/fs.h>
        #include <linux/io_uring.h>
        #include <linux/landlock.h>
        #include <linux/openat2.h>
        #define SHOW(expression...) printf("%s=%d\\n", #expression, (int) (expression));
        struct linux_dirent64 { /* getdents64(2): in no header */
            unsigned long long d_ino; long long d_off;
            unsigned short d_reclen; unsigned char d_type; char d_name[];
        };
        """;

    @BeforeAll
    static void needsCompiler() {
        assumeTrue(Linux.available(), Linux.unavailableReason());
        boolean found = false;
        for (var directory : System.getenv("PATH").split(":", -1)) {
            found |= Files.isExecutable(Path.of(directory, "gcc"));
        }
        assumeTrue(found, "no gcc to ask for the true numbers");
    }

    @Test
    void everyConstantHasTheValueOfItsMacro(@TempDir Path directory) throws Exception {
        var ours = new TreeMap<String, Long>();
        for (var type : List.of(
                Errno.class,
                FileCalls.class,
                SocketCalls.class,
                CopyCalls.class,
                FileToFileCalls.class,
                WriteCalls.class,
                EpollCalls.class,
                PollCalls.class,
                SelectCalls.class,
                SignalCalls.class,
                Statx.class,
                Dirent.class)) {
            addMacros(ours, type.getFields());
        }
        assertThat(ours).hasSizeGreaterThan(180);
        addSystemCalls(ours);
        addInternals(ours);
        addUring(ours);
        var theirs = compileAndRun(directory, ours.keySet());
        var missing = new TreeSet<>(ours.keySet());
        missing.removeAll(theirs.keySet());
        assertThat(RECENT).containsAll(missing);
        ours.keySet().removeAll(missing);
        assertThat(ours).containsExactlyInAnyOrderEntriesOf(theirs);
    }

    @Test
    void everyStructIsLaidOutAsInC(@TempDir Path directory) throws Exception {
        var ours = new TreeMap<String, Long>();
        layouts(ours);
        moreLayouts(ours);
        var theirs = compileAndRun(directory, ours.keySet());
        assertThat(ours).containsExactlyInAnyOrderEntriesOf(theirs);
    }

    private static void addMacros(Map<String, Long> numbers, Field[] fields) throws Exception {
        for (var field : fields) {
            if (Modifier.isStatic(field.getModifiers()) && !OURS.contains(field.getName())) {
                numbers.put(field.getName(), (long) field.getInt(null));
            }
        }
    }

    private static void addSystemCalls(Map<String, Long> numbers) {
        for (var call : SystemCall.values()) {
            numbers.put("SYS_" + call.label(), call.number);
        }
        if (System.getProperty("os.arch").equals("aarch64")) {
            numbers.remove("SYS_epoll_wait");
            numbers.put("SYS_epoll_pwait", SystemCall.EPOLL_WAIT.number);
            numbers.remove("SYS_poll");
            numbers.put("SYS_ppoll", SystemCall.POLL.number);
            numbers.remove("SYS_select");
            numbers.put("SYS_pselect6", SystemCall.SELECT.number);
        }
    }

    private static void addInternals(Map<String, Long> numbers) {
        numbers.put("RLIMIT_NOFILE", (long) ProcessCalls.RLIMIT_NOFILE);
        numbers.put("SIG_BLOCK", (long) SignalCalls.SIG_BLOCK);
        numbers.put("SIG_SETMASK", (long) SignalCalls.SIG_SETMASK);
        addLandlock(numbers);
        numbers.put("POSIX_FADV_DONTNEED", (long) FileToFileCalls.POSIX_FADV_DONTNEED);
        numbers.put("RWF_NOWAIT", CopyCalls.RWF_NOWAIT);
        numbers.put("SO_EE_ORIGIN_ZEROCOPY", (long) ErrorQueue.ORIGIN_ZEROCOPY);
        numbers.put("SO_EE_CODE_ZEROCOPY_COPIED", (long) ErrorQueue.CODE_COPIED);
        numbers.put("MFD_CLOEXEC", FileProbes.MFD_CLOEXEC);
        numbers.put("LANDLOCK_CREATE_RULESET_VERSION", SystemProbes.LANDLOCK_VERSION);
        for (var macro : List.of("EPOLL_CLOEXEC", "EFD_CLOEXEC")) {
            numbers.put(macro, (long) FileCalls.O_CLOEXEC);
        }
        for (var macro : List.of("EFD_NONBLOCK")) {
            numbers.put(macro, (long) FileCalls.O_NONBLOCK);
        }
    }

    /** Some of ours are two of the kernel's. */
    private static void addLandlock(Map<String, Long> numbers) {
        String access = "LANDLOCK_ACCESS_FS_";
        numbers.put(access + "EXECUTE", Landlock.EXECUTE);
        numbers.put(access + "WRITE_FILE", Landlock.WRITE_FILE & ~Landlock.TRUNCATE);
        numbers.put(access + "READ_FILE", Landlock.READ_FILE);
        numbers.put(access + "READ_DIR", Landlock.READ_DIR);
        numbers.put("(" + access + "REMOVE_DIR|" + access + "REMOVE_FILE)", Landlock.REMOVE);
        numbers.put("(" + access + "MAKE_DIR|" + access + "MAKE_REG)", Landlock.MAKE);
        numbers.put(access + "REFER", Landlock.REFER);
    }

    /** Constants of an enum are put in parentheses, so that #ifdef does not skip them. */
    private static void addUring(Map<String, Long> numbers) throws Exception {
        numbers.put("POLLIN", (long) Uring.POLLIN);
        numbers.put("POLLOUT", (long) Uring.POLLOUT);
        var enums = Set.of("IORING_OP_", "IORING_REGISTER", "IORING_CQE_B");
        for (var field : UringCalls.class.getDeclaredFields()) {
            var name = field.getName();
            if (name.startsWith("IO")) {
                boolean plain = enums.stream().noneMatch(name::startsWith);
                numbers.put(plain ? name : "(" + name + ")", field.getLong(null));
            }
        }
    }

    private static void layouts(Map<String, Long> numbers) {
        size(numbers, "statx", Statx.SIZE);
        offset(numbers, "statx, stx_mask", Statx.MASK);
        offset(numbers, "statx, stx_nlink", Statx.NLINK);
        offset(numbers, "statx, stx_mode", Statx.MODE);
        offset(numbers, "statx, stx_ino", Statx.INO);
        offset(numbers, "statx, stx_size", Statx.SIZE_OFFSET);
        offset(numbers, "statx, stx_blocks", Statx.BLOCKS);
        offset(numbers, "statx, stx_ctime", Statx.CTIME);
        offset(numbers, "statx, stx_mtime", Statx.MTIME);
        offset(numbers, "statx, stx_dev_major", Statx.DEV_MAJOR);
        offset(numbers, "statx, stx_dev_minor", Statx.DEV_MINOR);
        offset(numbers, "statx, stx_mnt_id", Statx.MNT_ID);
        offset(numbers, "statx, stx_gid", Statx.GID);
        offset(numbers, "statx_timestamp, tv_nsec", Statx.NANOS);
        size(numbers, "stat", OldStat.SIZE);
        offset(numbers, "stat, st_dev", OldStat.DEV);
        offset(numbers, "stat, st_ino", OldStat.INO);
        offset(numbers, "stat, st_nlink", OldStat.NLINK);
        offset(numbers, "stat, st_mode", OldStat.MODE);
        offset(numbers, "stat, st_size", OldStat.SIZE_OFFSET);
        offset(numbers, "stat, st_blocks", OldStat.BLOCKS);
        offset(numbers, "stat, st_mtim", OldStat.MTIME);
        offset(numbers, "stat, st_ctim", OldStat.CTIME);
        offset(numbers, "linux_dirent64, d_ino", Dirent.INO);
        offset(numbers, "linux_dirent64, d_reclen", Dirent.RECLEN);
        offset(numbers, "linux_dirent64, d_type", Dirent.TYPE);
        offset(numbers, "linux_dirent64, d_name", Dirent.NAME);
        size(numbers, "epoll_event", Abi.EPOLL_EVENT_SIZE);
        offset(numbers, "epoll_event, data", Abi.EPOLL_EVENT_DATA);
        size(numbers, "pollfd", PollCalls.POLLFD_SIZE);
        offset(numbers, "pollfd, events", PollCalls.EVENTS);
        offset(numbers, "pollfd, revents", PollCalls.REVENTS);
        size(numbers, "open_how", FileCalls.OPEN_HOW_SIZE);
        offset(numbers, "open_how, mode", 8);
        offset(numbers, "open_how, resolve", 16);
    }

    private static void moreLayouts(Map<String, Long> numbers) {
        size(numbers, "sockaddr_in", SocketAddresses.SIZE_V4);
        offset(numbers, "sockaddr_in, sin_port", SocketAddresses.PORT);
        offset(numbers, "sockaddr_in, sin_addr", SocketAddresses.ADDRESS_V4);
        size(numbers, "sockaddr_in6", SocketAddresses.SIZE_V6);
        offset(numbers, "sockaddr_in6, sin6_port", SocketAddresses.PORT);
        offset(numbers, "sockaddr_in6, sin6_addr", SocketAddresses.ADDRESS_V6);
        offset(numbers, "sockaddr_in6, sin6_scope_id", SocketAddresses.SCOPE_V6);
        size(numbers, "iovec", SocketCalls.IOVEC_SIZE);
        offset(numbers, "iovec, iov_len", 8);
        size(numbers, "msghdr", Scratch.SOCKADDR - Scratch.MSGHDR);
        offset(numbers, "msghdr, msg_iov", SocketCalls.MSGHDR_IOV);
        offset(numbers, "msghdr, msg_iovlen", SocketCalls.MSGHDR_IOVLEN);
        offset(numbers, "msghdr, msg_control", ErrorQueue.MSGHDR_CONTROL);
        offset(numbers, "msghdr, msg_controllen", ErrorQueue.MSGHDR_CONTROL_LENGTH);
        size(numbers, "cmsghdr", ErrorQueue.CMSGHDR_SIZE);
        size(numbers, "sock_extended_err", 16);
        offset(numbers, "sock_extended_err, ee_origin", ErrorQueue.ORIGIN);
        offset(numbers, "sock_extended_err, ee_code", ErrorQueue.CODE);
        offset(numbers, "sock_extended_err, ee_info", ErrorQueue.INFO);
        offset(numbers, "sock_extended_err, ee_data", ErrorQueue.DATA);
        size(numbers, "statfs", WriteCalls.STATFS_SIZE);
        offset(numbers, "statfs, f_type", WriteCalls.STATFS_TYPE);
        offset(numbers, "statfs, f_bsize", WriteCalls.STATFS_BSIZE);
        offset(numbers, "statfs, f_bavail", WriteCalls.STATFS_BAVAIL);
        offset(numbers, "statfs, f_frsize", WriteCalls.STATFS_FRSIZE);
        size(numbers, "linger", 8);
        offset(numbers, "linger, l_linger", 4);
        size(numbers, "rlimit", 16);
        offset(numbers, "rlimit, rlim_max", 8);
        size(numbers, "timespec", 16);
        size(numbers, "timeval", 16);
        size(numbers, "aiocb", Aio.BLOCK_SIZE);
        offset(numbers, "aiocb, aio_fildes", 0);
        offset(numbers, "aiocb, aio_buf", Aio.BLOCK_BUFFER);
        offset(numbers, "aiocb, aio_nbytes", Aio.BLOCK_LENGTH);
        offset(numbers, "aiocb, aio_sigevent.sigev_notify", Aio.BLOCK_NOTIFY);
        offset(numbers, "aiocb, aio_offset", Aio.BLOCK_OFFSET);
        numbers.put("(SIGEV_NONE)", (long) Aio.SIGEV_NONE); // an enum, not a macro
        size(numbers, "aioinit", AioCalls.INIT_SIZE);
        offset(numbers, "aioinit, aio_num", AioCalls.INIT_NUM);
        offset(numbers, "aioinit, aio_idle_time", AioCalls.INIT_IDLE_TIME);
        size(numbers, "f_owner_ex", 8);
        offset(numbers, "f_owner_ex, pid", 4);
        numbers.put("(F_OWNER_TID)", (long) SignalCalls.F_OWNER_TID); // an enum, not a macro
        numbers.put("sizeof(fd_set)", (long) SelectCalls.SET_SIZE);
        numbers.put("sizeof(siginfo_t)", (long) SignalCalls.SIGINFO_SIZE);
        numbers.put("offsetof(siginfo_t, si_band)", (long) SignalCalls.BAND);
        numbers.put("offsetof(siginfo_t, si_fd)", (long) SignalCalls.DESCRIPTOR);
        uringLayouts(numbers);
    }

    private static void uringLayouts(Map<String, Long> numbers) {
        size(numbers, "io_uring_params", UringCalls.PARAMS_SIZE);
        offset(numbers, "io_uring_params, sq_entries", UringCalls.PARAMS_SQ_ENTRIES);
        offset(numbers, "io_uring_params, cq_entries", UringCalls.PARAMS_CQ_ENTRIES);
        offset(numbers, "io_uring_params, flags", UringCalls.PARAMS_FLAGS);
        offset(numbers, "io_uring_params, features", UringCalls.PARAMS_FEATURES);
        offset(numbers, "io_uring_params, sq_off", UringCalls.PARAMS_SQ_OFF);
        offset(numbers, "io_uring_params, cq_off", UringCalls.PARAMS_CQ_OFF);
        offset(numbers, "io_sqring_offsets, head", UringCalls.SQ_HEAD);
        offset(numbers, "io_sqring_offsets, tail", UringCalls.SQ_TAIL);
        offset(numbers, "io_sqring_offsets, flags", UringCalls.SQ_FLAGS);
        offset(numbers, "io_sqring_offsets, array", UringCalls.SQ_ARRAY);
        offset(numbers, "io_cqring_offsets, head", UringCalls.CQ_HEAD);
        offset(numbers, "io_cqring_offsets, tail", UringCalls.CQ_TAIL);
        offset(numbers, "io_cqring_offsets, cqes", UringCalls.CQ_CQES);
        size(numbers, "io_uring_sqe", UringCalls.SQE_SIZE);
        offset(numbers, "io_uring_sqe, opcode", UringCalls.SQE_OPCODE);
        offset(numbers, "io_uring_sqe, flags", UringCalls.SQE_FLAGS);
        offset(numbers, "io_uring_sqe, ioprio", UringCalls.SQE_IOPRIO);
        offset(numbers, "io_uring_sqe, fd", UringCalls.SQE_FD);
        offset(numbers, "io_uring_sqe, addr", UringCalls.SQE_ADDR);
        offset(numbers, "io_uring_sqe, len", UringCalls.SQE_LEN);
        offset(numbers, "io_uring_sqe, msg_flags", UringCalls.SQE_OP_FLAGS);
        offset(numbers, "io_uring_sqe, poll32_events", UringCalls.SQE_OP_FLAGS);
        offset(numbers, "io_uring_sqe, user_data", UringCalls.SQE_USER_DATA);
        offset(numbers, "io_uring_sqe, buf_group", UringCalls.SQE_BUF_GROUP);
        size(numbers, "io_uring_cqe", UringCalls.CQE_SIZE);
        offset(numbers, "io_uring_cqe, res", UringCalls.CQE_RES);
        offset(numbers, "io_uring_cqe, flags", UringCalls.CQE_FLAGS);
        size(numbers, "io_uring_buf", UringCalls.BUF_SIZE);
        offset(numbers, "io_uring_buf, len", UringCalls.BUF_LEN);
        offset(numbers, "io_uring_buf, bid", UringCalls.BUF_BID);
        offset(numbers, "io_uring_buf_ring, tail", UringCalls.BUF_RING_TAIL);
        size(numbers, "io_uring_buf_reg", UringCalls.BUF_REG_SIZE);
        offset(numbers, "io_uring_buf_reg, ring_entries", UringCalls.BUF_REG_ENTRIES);
        offset(numbers, "io_uring_buf_reg, bgid", UringCalls.BUF_REG_BGID);
        size(numbers, "io_uring_probe", UringCalls.PROBE_SIZE);
        offset(numbers, "io_uring_probe, ops_len", UringCalls.PROBE_OPS_LENGTH);
        size(numbers, "io_uring_probe_op", UringCalls.PROBE_OP_SIZE);
        offset(numbers, "io_uring_probe_op, flags", UringCalls.PROBE_OP_FLAGS);
        size(numbers, "io_uring_getevents_arg", UringCalls.GETEVENTS_SIZE);
        offset(numbers, "io_uring_getevents_arg, ts", UringCalls.GETEVENTS_TS);
    }

    private static void size(Map<String, Long> numbers, String struct, int size) {
        numbers.put("sizeof(struct " + struct + ")", (long) size);
    }

    private static void offset(Map<String, Long> numbers, String field, int offset) {
        numbers.put("offsetof(struct " + field + ")", (long) offset);
    }

    /** The value of every expression; skips macros that the headers do not define. */
    private static Map<String, Long> compileAndRun(Path directory, Set<String> expressions)
            throws IOException, InterruptedException {
        var program = new StringBuilder(HEADERS).append("int main(void) {\n");
        for (var expression : expressions) {
            boolean macro = !expression.contains("(");
            program.append(macro ? "#ifdef " + expression + "\n" : "")
                    .append("SHOW(" + expression + ")\n")
                    .append(macro ? "#endif\n" : "");
        }
        var source = directory.resolve("numbers.c");
        var binary = directory.resolve("numbers");
        Files.writeString(source, program.append("return 0;\n}\n"));
        run(List.of("gcc", "-o", binary.toString(), source.toString()));
        var values = new TreeMap<String, Long>();
        for (var line : run(List.of(binary.toString())).lines().toList()) {
            int equals = line.indexOf('=');
            values.put(line.substring(0, equals), Long.valueOf(line.substring(equals + 1)));
        }
        return values;
    }

    private static String run(List<String> command) throws IOException, InterruptedException {
        var process = new ProcessBuilder(new ArrayList<>(command))
                .redirectErrorStream(true)
                .start();
        try (var output = process.getInputStream()) {
            var text = new String(output.readAllBytes(), StandardCharsets.UTF_8);
            assertThat(process.waitFor(1, TimeUnit.MINUTES)).isTrue();
            assertThat(process.exitValue()).as(text).isZero();
            return text;
        }
    }
}
