package sluice.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import org.jspecify.annotations.Nullable;

import sluice.linux.Errno;
import sluice.linux.Exec;
import sluice.linux.FileCalls;
import sluice.linux.Landlock;
import sluice.linux.Linux;

import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * What the process may open, enforced by the kernel (landlock(7)). Landlock restricts a thread and
 * what that starts later, and a JVM has many threads before any code of ours runs. So the first JVM
 * restricts one thread, and lets that become a second JVM with the same arguments (execve(2)): all
 * threads of the second are restricted from their start.
 */
final class Sandbox {
    /** Tells the second JVM that it is the second one: the directory for its temporary files. */
    private static final String MARK = "SLUICE_CONFINED_AS";

    private static final long READ = Landlock.READ_FILE | Landlock.READ_DIR;
    private static final long CHANGE =
            READ | Landlock.WRITE_FILE | Landlock.REMOVE | Landlock.MAKE | Landlock.REFER;
    private static final String ROOT = "/";
    /** Before the process id in the name of a directory for temporary files. */
    private static final String TEMPORARY = "sluice-sandbox-";

    private static final Set<PosixFilePermission> OWNER_ONLY =
            PosixFilePermissions.fromString("rwx------");
    private static final String CACHE = "-XX:AOTCache=";

    /** Libraries and what they read; nothing in /etc that is secret. */
    private static final List<String> LIBRARIES = List.of(
            "/lib",
            "/lib64",
            "/usr/lib",
            "/usr/lib64",
            "/usr/local/lib",
            "/usr/share/zoneinfo",
            "/usr/share/locale",
            "/etc/ld.so.cache",
            "/etc/localtime",
            "/etc/timezone",
            "/etc/hosts",
            "/etc/host.conf",
            "/etc/nsswitch.conf",
            "/etc/resolv.conf",
            "/etc/passwd",
            "/etc/group",
            "/etc/ssl/openssl.cnf",
            "/etc/pki/tls/openssl.cnf",
            "/etc/crypto-policies");

    /** In a line of /proc/self/maps, where a file is mapped (proc(5)). */
    private static final Pattern MAPPED = Pattern.compile(".* (/.+)");

    /** What the JVM and {@code ProcessFacts} ask the kernel. */
    private static final List<String> KERNEL =
            List.of("/proc", "/sys/fs/cgroup", "/sys/devices", "/sys/kernel/mm", "/sys/block");

    private static final List<String> DEVICES =
            List.of("/dev/null", "/dev/zero", "/dev/full", "/dev/random", "/dev/urandom");

    private final Map<Path, Long> rules = new LinkedHashMap<>();
    private final Set<Integer> ports = new LinkedHashSet<>();

    /** Lets the process read a file, or a directory and all below it. */
    Sandbox read(Path path) {
        return allow(path, READ);
    }

    /** The same, and change it. */
    Sandbox change(Path path) {
        return allow(path, CHANGE);
    }

    /** A socket of unix(7), which is made and removed in its directory. */
    Sandbox socket(Path file) {
        Path parent = file.toAbsolutePath().getParent();
        return parent == null ? this : allow(parent, CHANGE | Landlock.MAKE_SOCKET);
    }

    /** The same, if the address is that of a Unix socket. */
    void socketAt(@Nullable SocketAddress address) {
        if (address instanceof UnixDomainSocketAddress unix) {
            socket(unix.getPath());
        }
    }

    /** Whether a directory may be read, or also changed, by what was allowed until now. */
    boolean covers(Path directory, boolean changes) {
        long wanted = changes ? CHANGE : READ;
        Path real = real(directory);
        long allowed = 0;
        for (Map.Entry<Path, Long> rule : rules.entrySet()) {
            allowed |= real.startsWith(real(rule.getKey())) ? rule.getValue() : 0;
        }
        return (allowed & wanted) == wanted;
    }

    private static Path real(Path path) {
        try {
            return path.toRealPath();
        } catch (IOException e) {
            return path.toAbsolutePath().normalize();
        }
    }

    /** Lets the process connect to a TCP port. */
    Sandbox connect(int port) {
        ports.add(port);
        return this;
    }

    /** Whether it lets the process connect to a TCP port. */
    boolean connects(int port) {
        return ports.contains(port);
    }

    private Sandbox allow(Path path, long rights) {
        rules.merge(path.toAbsolutePath(), rights, (a, b) -> a | b);
        return this;
    }

    /** What is read again later, perhaps after it was replaced in its directory or in another. */
    Sandbox readBeside(Path file) {
        Path absolute = file.toAbsolutePath();
        readParent(absolute);
        try {
            readParent(absolute.toRealPath());
        } catch (IOException e) {
            // The server says that it is not there.
        }
        return this;
    }

    private void readParent(Path absolute) {
        if (absolute.getParent() != null) {
            read(absolute.getParent());
        }
    }

    /** A log: its directory, since it is renamed; of a device or a pipe only that itself. */
    Sandbox log(Path file) {
        Path absolute = file.toAbsolutePath();
        Path parent = absolute.getParent();
        boolean plain = !Files.exists(absolute) || Files.isRegularFile(absolute);
        return plain && parent != null ? change(parent) : allow(absolute, CHANGE);
    }

    /** Whether this process is the second JVM. */
    static boolean isInside() {
        return System.getenv(MARK) != null;
    }

    /**
     * Whether the kernel keeps this process from what is outside: an attempt to list the root
     * directory, which no rule allows.
     */
    static boolean holds() {
        int root = FileCalls.open(
                ROOT, FileCalls.O_RDONLY | FileCalls.O_DIRECTORY | FileCalls.O_CLOEXEC, 0);
        if (root >= 0) {
            FileCalls.close(root);
        }
        return root == -Errno.EACCES;
    }

    /** Why the kernel cannot confine a server; null if it can. */
    static @Nullable String refusal(boolean changesFiles) {
        if (!Linux.available()) {
            return Linux.unavailableReason();
        }
        int version = Landlock.version();
        if (version < 1) {
            return "the kernel has no Landlock (Linux 5.13, lsm=landlock): "
                    + Errno.describe(version);
        }
        if (changesFiles && version < Landlock.VERSION_OF_REFER) {
            return "this kernel's Landlock lets nobody rename, and uploads need that (Linux 5.19)";
        }
        return null;
    }

    /**
     * Becomes the second JVM; returns only with an exception.
     *
     * @param account whom the second one becomes later; null for nobody else
     * @throws IOException if the kernel refuses
     */
    void enter(@Nullable Account account) throws IOException {
        Path temporary = temporary(account);
        change(temporary);
        Path java = Path.of("/proc/self/exe").toRealPath();
        List<byte[]> arguments = octets(Path.of("/proc/self/cmdline"));
        List<byte[]> environment = octets(Path.of("/proc/self/environ"));
        for (byte[] argument : arguments) {
            String text = new String(argument, UTF_8);
            if (text.startsWith(CACHE)) {
                read(Path.of(text.substring(CACHE.length())));
            }
        }
        arguments.add(1, ("-Djava.io.tmpdir=" + temporary).getBytes(UTF_8));
        environment.add((MARK + "=" + temporary).getBytes(UTF_8));
        allowJvm();
        try (Landlock lock = Landlock.create()) {
            for (Map.Entry<Path, Long> rule : rules.entrySet()) {
                int added = lock.allow(rule.getKey(), rule.getValue());
                if (added < 0 && added != -Errno.ENOENT) {
                    throw new IOException(
                            "cannot allow " + rule.getKey() + ": " + Errno.describe(added));
                }
            }
            for (int port : ports) {
                int added = lock.allowConnect(port);
                if (added < 0) {
                    throw new IOException(
                            "cannot allow TCP port " + port + ": " + Errno.describe(added));
                }
            }
            removeTraces();
            closeOnEntry();
            int result = lock.restrictThisThread();
            if (result == 0) {
                result = Exec.become(java, arguments, environment);
            }
            throw new IOException("cannot enter the sandbox: " + Errno.describe(result));
        }
    }

    private void allowJvm() throws IOException {
        Path home = Path.of(System.getProperty("java.home"));
        allow(home, READ | Landlock.EXECUTE);
        // Debian's is a link to /etc.
        read(home.resolve("conf").toRealPath());
        // The loader of libraries is executed by the kernel.
        LIBRARIES.forEach(path -> allow(Path.of(path), READ | Landlock.EXECUTE));
        // Wherever this system has those that this JVM has loaded.
        for (String line : Files.readAllLines(Path.of("/proc/self/maps"))) {
            Matcher mapped = MAPPED.matcher(line);
            if (mapped.matches()) {
                allow(Path.of(mapped.group(1)), Landlock.READ_FILE | Landlock.EXECUTE);
            }
        }
        KERNEL.forEach(path -> read(Path.of(path)));
        DEVICES.forEach(path -> allow(Path.of(path), Landlock.READ_FILE | Landlock.WRITE_FILE));
        Stream.of("jdk.module.path", "java.class.path")
                .flatMap(name -> Stream.of(System.getProperty(name, "").split(File.pathSeparator)))
                .filter(entry -> !entry.isEmpty())
                .forEach(entry -> read(Path.of(entry)));
        // An open terminal stays open; this is for what opens it by name.
        allow(Path.of("/dev/tty"), Landlock.READ_FILE | Landlock.WRITE_FILE);
    }

    /**
     * Lets the second JVM inherit nothing but the standard streams, sockets that were handed over
     * ({@link Systemd}), and directories, by one of which the launcher may name our files. The JDK
     * would leave it the jars that it has open.
     */
    private static void closeOnEntry() throws IOException {
        int own = Systemd.here().descriptorsEnd();
        try (Stream<Path> open = Files.list(Path.of("/proc/self/fd"))) {
            for (Path one : open.toList()) {
                int descriptor = Integer.parseInt(one.getFileName().toString());
                if (descriptor >= own && !Files.isDirectory(one)) {
                    FileCalls.fcntl(descriptor, FileCalls.F_SETFD, FileCalls.FD_CLOEXEC);
                }
            }
        }
    }

    /** Of the first JVM: the second one has its process id, and may not write there. */
    private static void removeTraces() throws IOException {
        long pid = ProcessHandle.current().pid();
        String user = System.getProperty("user.name");
        Files.deleteIfExists(Path.of("/tmp", "hsperfdata_" + user, Long.toString(pid)));
        Files.deleteIfExists(Path.of("/tmp", ".java_pid" + pid));
    }

    /** Texts that each end with an octet 0 (proc(5)). */
    private static List<byte[]> octets(Path file) throws IOException {
        List<byte[]> texts = new ArrayList<>();
        ByteArrayOutputStream text = new ByteArrayOutputStream();
        for (byte octet : Files.readAllBytes(file)) {
            if (octet == 0) {
                texts.add(text.toByteArray());
                text.reset();
            } else {
                text.write(octet);
            }
        }
        return texts;
    }

    /** A new directory for temporary files; those of processes that have ended are deleted. */
    private static Path temporary(@Nullable Account account) throws IOException {
        Path all = Path.of(System.getProperty("java.io.tmpdir"));
        try (Stream<Path> files = Files.list(all)) {
            files.filter(Sandbox::isLeft).forEach(Sandbox::delete);
        }
        Path own = all.resolve(TEMPORARY + ProcessHandle.current().pid());
        // Fails if there is one, of another user who wants to be trusted perhaps.
        Files.createDirectory(own, PosixFilePermissions.asFileAttribute(OWNER_ONLY));
        if (account != null) {
            Files.setAttribute(own, "unix:uid", account.user());
        }
        return own;
    }

    /** Whether this was for a process that has ended; what has our id was left by another, too. */
    private static boolean isLeft(Path file) {
        String name = file.getFileName().toString();
        if (!name.startsWith(TEMPORARY)) {
            return false;
        }
        try {
            long pid = Long.parseLong(name.substring(TEMPORARY.length()));
            return pid == ProcessHandle.current().pid() || ProcessHandle.of(pid).isEmpty();
        } catch (NumberFormatException e) {
            return false;
        }
    }

    /** Empties the directory for temporary files: this process may not delete it itself. */
    static void leave() {
        String temporary = System.getenv(MARK);
        if (temporary != null) {
            deleteIn(Path.of(temporary));
        }
    }

    private static void delete(Path directory) {
        deleteIn(directory);
        deleteOne(directory);
    }

    private static void deleteIn(Path directory) {
        try (Stream<Path> files = Files.walk(directory)) {
            files.sorted(Comparator.reverseOrder())
                    .filter(file -> !file.equals(directory))
                    .forEach(Sandbox::deleteOne);
        } catch (IOException | UncheckedIOException e) {
            // It stays: it is where such things are, or another user's.
        }
    }

    private static void deleteOne(Path path) {
        try {
            Files.deleteIfExists(path);
        } catch (IOException e) {
            // It stays, as above.
        }
    }
}
