package sluice.checks;

import sluice.checks.Repository.SourceFile;

import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Files that nothing leads to. */
final class DeadFiles {
    private static final Pattern LINK = Pattern.compile("\\]\\(([^)#\\s]+)[^)]*\\)");

    /** Types that a tool finds by their annotations, not by their names. */
    private static final Set<String> ENTRY_POINTS =
            Set.of("Test", "ParameterizedTest", "TestFactory", "Benchmark", "FuzzTest");

    private DeadFiles() {}

    /**
     * Java types that no other file uses, their own test not counted. Names in scripts, poms and
     * documents count: the launcher starts one type, the README shows another.
     */
    static List<String> types(List<SourceFile> files) {
        Map<SourceFile, JavaSource> sources = new HashMap<>();
        StringBuilder elsewhere = new StringBuilder();
        for (SourceFile file : files) {
            if (file.isJava()) {
                sources.put(file, JavaSource.of(file));
            } else {
                elsewhere.append(file.text()).append('\n');
            }
        }
        List<String> dead = new ArrayList<>();
        sources.forEach((file, source) -> {
            for (String type : source.types()) {
                boolean used = !disjoint(source.names(), ENTRY_POINTS)
                        || usedByAnother(sources, file, type)
                        || mentions(elsewhere, type);
                if (!used) {
                    dead.add(file.path() + ": nothing uses " + type);
                }
            }
        });
        return dead;
    }

    private static boolean usedByAnother(
            Map<SourceFile, JavaSource> sources, SourceFile file, String type) {
        return sources.entrySet().stream()
                .filter(other -> !other.getKey().equals(file))
                .filter(other -> !isOwnTest(other.getKey(), file))
                .anyMatch(other -> other.getValue().names().contains(type));
    }

    private static boolean isOwnTest(SourceFile test, SourceFile file) {
        return file.path().contains("src/main/")
                && test.name().equals(file.name().replace(".java", "Test.java"));
    }

    private static boolean disjoint(Set<String> a, Set<String> b) {
        return a.stream().noneMatch(b::contains);
    }

    private static boolean mentions(CharSequence text, String word) {
        return Pattern.compile("\\b" + Pattern.quote(word) + "\\b")
                .matcher(text)
                .find();
    }

    /** Documents that no chain of links from the README reaches, and links that lead nowhere. */
    static List<String> documents(List<SourceFile> files) {
        Map<String, SourceFile> byPath = new HashMap<>();
        files.forEach(file -> byPath.put(file.path(), file));
        List<String> found = new ArrayList<>();
        Set<String> reached = new HashSet<>(Set.of("README.md"));
        Deque<String> open = new ArrayDeque<>(reached);
        while (!open.isEmpty()) {
            String path = open.pop();
            SourceFile document = byPath.get(path);
            if (document == null || !path.endsWith(".md")) {
                continue;
            }
            for (String target : links(document)) {
                boolean exists = byPath.containsKey(target)
                        || files.stream().anyMatch(f -> f.path().startsWith(target + "/"));
                if (!exists) {
                    found.add(path + ": link to " + target + ", which does not exist");
                } else if (reached.add(target)) {
                    open.push(target);
                }
            }
        }
        files.stream()
                .map(SourceFile::path)
                .filter(path -> path.endsWith(".md") || path.startsWith("docs/"))
                .filter(path -> !reached.contains(path))
                .forEach(path -> found.add(path + ": no document links it"));
        return found;
    }

    private static List<String> links(SourceFile document) {
        Path folder = Path.of("/" + document.path()).getParent();
        List<String> targets = new ArrayList<>();
        Matcher link = LINK.matcher(document.text());
        while (link.find()) {
            String target = link.group(1);
            if (folder != null && !target.contains(":")) {
                targets.add(folder.resolve(target).normalize().toString().substring(1));
            }
        }
        return targets;
    }

    /** Scripts that no other file mentions; what CI starts is known to CI alone. */
    static List<String> scripts(List<SourceFile> files) {
        return files.stream()
                .filter(file -> file.isScript() && !file.path().startsWith(".ci/"))
                .filter(script -> files.stream().noneMatch(file -> mentionsScript(file, script)))
                .map(script -> script.path() + ": nothing mentions it")
                .toList();
    }

    private static boolean mentionsScript(SourceFile file, SourceFile script) {
        // A name without an extension may be an everyday word: its path is not.
        String mention = script.name().contains(".") ? script.name() : script.path();
        return !file.equals(script) && file.text().contains(mention);
    }
}
