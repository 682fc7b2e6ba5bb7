package sluice.checks;

import sluice.checks.Repository.SourceFile;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * Groups of files that can all reach one another, by the simple names they use: who wants to
 * understand one file of a group may have to read them all. Tarjan's algorithm.
 */
final class Cycles {
    private final Map<String, Set<String>> uses;
    private final Map<String, Integer> index = new HashMap<>();
    private final Map<String, Integer> low = new HashMap<>();
    private final Deque<String> stack = new ArrayDeque<>();
    private final Set<String> onStack = new TreeSet<>();
    private final List<Set<String>> groups = new ArrayList<>();

    private Cycles(Map<String, Set<String>> uses) {
        this.uses = uses;
    }

    /** The groups of two and more, the biggest first; files are called by their type's name. */
    static List<Set<String>> of(List<SourceFile> files) {
        Map<String, Set<String>> uses = files.stream()
                .collect(Collectors.toMap(
                        Cycles::type, file -> JavaSource.of(file).names()));
        Cycles cycles = new Cycles(uses);
        uses.keySet().stream()
                .filter(type -> !cycles.index.containsKey(type))
                .forEach(cycles::visit);
        return cycles.groups.stream()
                .filter(group -> group.size() > 1)
                .sorted(Comparator.comparing(Set<String>::size).reversed())
                .toList();
    }

    private static String type(SourceFile file) {
        return file.name().substring(0, file.name().length() - ".java".length());
    }

    private void visit(String type) {
        int number = index.size();
        index.put(type, number);
        low.put(type, number);
        stack.push(type);
        onStack.add(type);
        for (String used : uses.getOrDefault(type, Set.of())) {
            if (uses.containsKey(used) && !index.containsKey(used)) {
                visit(used);
            }
            if (onStack.contains(used)) {
                low.merge(type, low.getOrDefault(used, number), Math::min);
            }
        }
        if (low.getOrDefault(type, number) == number) {
            groups.add(popTo(type));
        }
    }

    private Set<String> popTo(String type) {
        Set<String> group = new TreeSet<>();
        String top;
        do {
            top = stack.pop();
            onStack.remove(top);
            group.add(top);
        } while (!top.equals(type));
        return group;
    }
}
