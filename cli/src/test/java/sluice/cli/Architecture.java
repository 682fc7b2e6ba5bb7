package sluice.cli;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import static java.util.Map.entry;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.library.dependencies.SliceAssignment;
import com.tngtech.archunit.library.dependencies.SliceIdentifier;
import com.tngtech.archunit.library.dependencies.SlicesRuleDefinition;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The rules of who may use what, each for the classes of one module. */
final class Architecture {
    /** What a module may use of the others, besides itself. */
    static final Map<String, List<String>> ARROWS = Map.ofEntries(
            entry("linux", List.of()),
            entry("io", List.of("linux")),
            entry("http", List.of()),
            entry("server", List.of("linux", "io", "http")),
            entry("codecs", List.of("http", "server")),
            entry("copy", List.of("linux")),
            entry("client", List.of("linux", "io", "http")),
            entry("micrometer", List.of("io", "server")),
            entry("junit", List.of("io", "server")),
            entry("lab", List.of("linux", "io", "http", "server", "client")),
            entry(
                    "cli",
                    List.of("linux", "io", "http", "server", "codecs", "copy", "client", "lab")));

    /** What comes to an embedder with {@code sluice-server}. */
    static final List<String> EMBEDDED = List.of("linux", "io", "http", "server");

    /** Of each module with rooms: the classes of its exported package that make what is in them. */
    static final Map<String, Set<String>> DOORS = Map.of(
            "io",
            Set.of("Reactors", "ClientLoop", "LoopParts", "Tls"),
            "lab",
            Set.of("Load", "Lab", "LabFiles", "Cost", "Explain"),
            "server",
            Set.of(
                    "FileServer",
                    "FileService",
                    "Sluice",
                    // What FileServer starts beside its reactors, in a file of its own.
                    "PlainListeners",
                    "DescriptorBudget",
                    "AccessLog",
                    "AdminServer",
                    "AccessLogLine",
                    "LogFile",
                    "Precompressor",
                    "ZeroCopyAssertions"));

    private static final Pattern FILES = Pattern.compile("java\\.io\\.(File.*|RandomAccessFile)");

    private static final Set<String> CLOCK_READS = Set.of("now", "currentTimeMillis", "nanoTime");

    private Architecture() {}

    /** Of another module that is the front room, of its own all. */
    static ArchRule usesOnlyItsArrows(String module) {
        String[] allowed = Stream.concat(
                        Stream.of(module + ".."), ARROWS.getOrDefault(module, List.of()).stream())
                .map(name -> "sluice." + name)
                .toArray(String[]::new);
        return noClasses()
                .should()
                .dependOnClassesThat(
                        resideInAnyPackage("sluice..").and(not(resideInAnyPackage(allowed))))
                .because(module + " -> " + Arrays.toString(allowed));
    }

    static ArchRule touchesNoSocketsChannelsOrFiles() {
        return noClasses()
                .should()
                .dependOnClassesThat(resideInAnyPackage(
                                "java.net..", "java.nio.channels..", "java.nio.file..")
                        .or(describe(
                                "files", type -> FILES.matcher(type.getName()).matches())))
                .because("http is functions of bytes, tested without a socket or a file");
    }

    static ArchRule readsNoClock() {
        DescribedPredicate<JavaAccess<?>> clockRead =
                describe("read the clock", access -> isClockRead(access));
        return noClasses().should().accessTargetWhere(clockRead).because("http is given the time");
    }

    private static boolean isClockRead(JavaAccess<?> access) {
        JavaClass owner = access.getTargetOwner();
        boolean timeSource =
                owner.isEquivalentTo(System.class) || owner.getPackageName().equals("java.time");
        return timeSource && CLOCK_READS.contains(access.getName());
    }

    static ArchRule callsNoForeignCode() {
        return noClasses()
                .should()
                .dependOnClassesThat()
                .haveNameMatching("java\\.lang\\.foreign\\.(Linker|SymbolLookup)")
                .because("linux is the only module with native access");
    }

    static ArchRule needsNothingButTheJdk() {
        return noClasses()
                .should()
                .dependOnClassesThat(not(resideInAnyPackage(
                        "java..", "javax.net.ssl..", "jdk.jfr..", "sluice..", "org.jspecify..")))
                .because("an embedder gets no third-party code at run time");
    }

    /** What reads or frames messages of HTTP/1 is for the room that speaks it. */
    static ArchRule knowsNoSyntax() {
        return noClasses()
                .should()
                .dependOnClassesThat()
                .haveNameMatching("sluice\\.http\\.(RequestHead|RequestBody|ChunkedDecoder)")
                .because("another protocol is to carry the same responses");
    }

    /**
     * No room of a module reaches itself through another. Its doors, classes of the root package
     * that make what is in the rooms, count as a room of their own: only who comes from outside
     * uses them.
     */
    static ArchRule roomsHaveNoCycles(String root, Set<String> doors) {
        SliceAssignment rooms = new SliceAssignment() {
            @Override
            public SliceIdentifier getIdentifierOf(JavaClass type) {
                String room = type.getPackageName();
                if (!room.equals(root) && !room.startsWith(root + ".")) {
                    return SliceIdentifier.ignore();
                }
                String name = type.getName().substring(room.length() + 1);
                boolean isDoor = room.equals(root) && doors.contains(name.split("\\$")[0]);
                return SliceIdentifier.of(isDoor ? "the doors of " + root : room);
            }

            @Override
            public String getDescription() {
                return "rooms of " + root;
            }
        };
        return SlicesRuleDefinition.slices()
                .assignedFrom(rooms)
                .should()
                .beFreeOfCycles()
                .because("who reads a room has to read those below it only");
    }
}
