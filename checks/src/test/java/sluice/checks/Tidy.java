package sluice.checks;

import sluice.checks.Repository.SourceFile;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Rules that one file obeys or breaks by itself. Each answers with what it found. */
final class Tidy {
    static final int MAX_LINE = 100;
    static final int MAX_METHOD = 70;
    static final int MAX_FILE = 400;

    /** What git and a reader see as text; data files have their own form. */
    private static final Pattern TEXT =
            Pattern.compile(".*\\.(java|xml|md|sh|c|h|py|js|css|html|yml|toml|properties)");

    private static final Pattern SOURCE = Pattern.compile(".*\\.(java|sh|c|h|py|js)");

    /** A table's row and a link cannot be wrapped. */
    private static final Pattern UNWRAPPABLE = Pattern.compile("\\s*\\|.*|.*https?://.*");

    // Put together here, or this file would break its own rule.
    private static final Pattern LEFT_OVER =
            Pattern.compile("\\b(TO" + "DO|FIX" + "ME|XX" + "X)\\b");

    /** Home and work directories of whoever wrote the line; an URL's path and you are none. */
    private static final Pattern MACHINE_PATH =
            Pattern.compile("(?<![\\w.:/}])/(home(?!/you/)|root|Users|work|tmp/wt)/[\\w.]");

    private static final Pattern WEAK_TEST =
            Pattern.compile("Thread\\.sl" + "eep\\(|@Dis" + "abled\\b|assertTrue\\(tr" + "ue\\)");

    private Tidy() {}

    static List<String> violations(SourceFile file) {
        // In docs/lab is what `sluice lab` has written.
        if (!isText(file) || file.path().startsWith("docs/lab/")) {
            return List.of();
        }
        List<String> found = new ArrayList<>();
        List<String> lines = file.lines();
        for (int i = 0; i < lines.size(); i++) {
            String where = file.path() + ":" + (i + 1) + ": ";
            lineViolations(file, lines.get(i)).forEach(violation -> found.add(where + violation));
        }
        if (!file.text().endsWith("\n")) {
            found.add(file.path() + ": no line end at the end");
        }
        if (isSource(file) && lines.size() > MAX_FILE) {
            found.add(file.path() + ": " + lines.size() + " lines, limit " + MAX_FILE);
        }
        if (file.isJava()) {
            JavaSource.of(file).methodLines().forEach((method, length) -> {
                if (length > MAX_METHOD) {
                    found.add("%s: method %s has %d lines, limit %d"
                            .formatted(file.path(), method, length, MAX_METHOD));
                }
            });
        }
        return found;
    }

    private static List<String> lineViolations(SourceFile file, String line) {
        List<String> found = new ArrayList<>();
        int length = line.codePointCount(0, line.length());
        if (length > MAX_LINE && !UNWRAPPABLE.matcher(line).matches()) {
            found.add(length + " columns, limit " + MAX_LINE);
        }
        if (line.indexOf('\t') >= 0) {
            found.add("tab");
        }
        if (line.endsWith(" ")) {
            found.add("blank at the end");
        }
        if (LEFT_OVER.matcher(line).find()) {
            found.add("left-over note");
        }
        if (MACHINE_PATH.matcher(line).find()) {
            found.add("path of one machine");
        }
        if (file.path().contains("src/test/") && WEAK_TEST.matcher(line).find()) {
            found.add("a test that sleeps, is off or cannot fail");
        }
        return found;
    }

    /** Folders of production code whose package is not declared {@code @NullMarked}. */
    static List<String> packagesNotNullMarked(List<SourceFile> files) {
        Set<String> marked = new HashSet<>();
        Set<String> packages = new TreeSet<>();
        for (SourceFile file : files) {
            boolean inPackage = file.isJava()
                    && !file.name().equals("module-info.java")
                    // A program of somebody else, who need not follow our rules.
                    && !file.path().startsWith("packaging/consumer/");
            if (!inPackage || !file.path().contains("/src/main/java/")) {
                continue;
            }
            String folder = file.path().substring(0, file.path().lastIndexOf('/'));
            packages.add(folder);
            if (file.name().equals("package-info.java") && file.text().contains("@NullMarked")) {
                marked.add(folder);
            }
        }
        packages.removeAll(marked);
        return packages.stream()
                .map(p -> p + ": no @NullMarked package-info.java")
                .toList();
    }

    /** Empty unless the README says "N lines" and production Java is more than a tenth off. */
    static List<String> sizeClaim(String readme, long actualLines) {
        Matcher claim = Pattern.compile("([0-9][0-9,]*) lines").matcher(readme);
        if (!claim.find()) {
            return List.of();
        }
        long claimed = Long.parseLong(claim.group(1).replace(",", ""));
        return Math.abs(claimed - actualLines) * 10 <= actualLines
                ? List.of()
                : List.of("README.md says " + claimed + " lines, there are " + actualLines);
    }

    private static boolean isSource(SourceFile file) {
        return SOURCE.matcher(file.path()).matches() || file.isScript();
    }

    private static boolean isText(SourceFile file) {
        boolean fixture = file.path().contains("src/test/resources/");
        return !fixture && (TEXT.matcher(file.path()).matches() || file.isScript());
    }
}
