package sluice.cli;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.lang.classfile.Attributes;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassModel;
import java.lang.classfile.FieldModel;
import java.lang.classfile.MethodModel;
import java.lang.classfile.attribute.InnerClassInfo;
import java.lang.classfile.constantpool.ClassEntry;
import java.lang.constant.ClassDesc;
import java.lang.constant.MethodTypeDesc;
import java.lang.reflect.AccessFlag;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What other programs can see of a package, as lines of text: one for each type, and one for each
 * member behind the name of its type. A line that is missing or other than before is an
 * incompatible change.
 */
final class PublicApi {
    private static final Set<AccessFlag> TOLD = Set.of(
            AccessFlag.PUBLIC,
            AccessFlag.PROTECTED,
            AccessFlag.STATIC,
            AccessFlag.ABSTRACT,
            AccessFlag.FINAL,
            AccessFlag.INTERFACE);

    private final Map<String, ClassModel> types = new TreeMap<>();
    private final Set<String> lines = new TreeSet<>();

    private PublicApi() {}

    /** The lines of the package whose class files lie in a directory. */
    static List<String> of(Path directory) throws IOException {
        PublicApi api = new PublicApi();
        try (Stream<Path> files = Files.list(directory)) {
            for (Path file :
                    files.filter(one -> one.toString().endsWith(".class")).toList()) {
                ClassModel type = ClassFile.of().parse(file);
                api.types.put(name(type.thisClass()), type);
            }
        }
        api.types.forEach(api::describe);
        return List.copyOf(api.lines);
    }

    /**
     * What an implementation or a caller of before cannot live with: lines that have gone, and
     * abstract methods of types that were there and that others may implement.
     */
    static List<String> incompatible(List<String> before, List<String> now) {
        List<String> found = new ArrayList<>();
        before.stream()
                .filter(line -> !now.contains(line))
                .forEach(line -> found.add("gone: " + line));
        for (String line : now) {
            String type = line.replaceFirst("[ #].*", "");
            boolean open = before.stream()
                    .anyMatch(old -> old.startsWith(type + " ") && !old.contains(" permits "));
            if (!before.contains(line) && line.contains(" abstract ") && open) {
                found.add("to be implemented: " + line);
            }
        }
        return found;
    }

    private static String name(ClassEntry entry) {
        return entry.asInternalName().replace('/', '.').replace('$', '.');
    }

    private void describe(String name, ClassModel type) {
        Set<AccessFlag> flags = flags(type);
        if (flags == null) {
            return;
        }
        StringBuilder line = new StringBuilder(name + " " + words(flags));
        type.superclass().ifPresent(parent -> line.append(" extends ").append(name(parent)));
        if (!type.interfaces().isEmpty()) {
            line.append(" implements ").append(names(type.interfaces()));
        }
        type.findAttribute(Attributes.permittedSubclasses())
                .ifPresent(_ -> line.append(" permits only its own"));
        lines.add(line.toString());
        boolean open = !flags.contains(AccessFlag.FINAL);
        for (FieldModel field : type.fields()) {
            if (isSeen(field.flags().flags(), open)) {
                lines.add(name + "#" + field.fieldName() + " "
                        + words(field.flags().flags()) + " : " + name(field.fieldTypeSymbol()));
            }
        }
        for (MethodModel method : type.methods()) {
            if (isSeen(method.flags().flags(), open)) {
                lines.add(name + "#" + method.methodName() + parameters(method) + " "
                        + words(method.flags().flags()) + " : "
                        + name(method.methodTypeSymbol().returnType()));
            }
        }
    }

    /** Those of a type that other packages see; null of any other. */
    private @Nullable Set<AccessFlag> flags(ClassModel type) {
        Set<AccessFlag> flags = type.flags().flags();
        InnerClassInfo inner = type.findAttribute(Attributes.innerClasses())
                .flatMap(all -> all.classes().stream()
                        .filter(one -> one.innerClass().equals(type.thisClass()))
                        .findFirst())
                .orElse(null);
        if (inner != null) {
            flags = inner.flags();
            ClassModel outer =
                    inner.outerClass().map(entry -> types.get(name(entry))).orElse(null);
            if (outer == null || flags(outer) == null) {
                return null;
            }
        }
        boolean hidden = flags.contains(AccessFlag.SYNTHETIC)
                || !flags.contains(AccessFlag.PUBLIC) && !flags.contains(AccessFlag.PROTECTED);
        return hidden ? null : flags;
    }

    /** What is protected in a final class is seen by nobody outside. */
    private static boolean isSeen(Set<AccessFlag> flags, boolean open) {
        boolean seen =
                flags.contains(AccessFlag.PUBLIC) || open && flags.contains(AccessFlag.PROTECTED);
        return seen && !flags.contains(AccessFlag.SYNTHETIC);
    }

    private static String words(Set<AccessFlag> flags) {
        return flags.stream()
                .filter(TOLD::contains)
                .map(flag -> flag.name().toLowerCase(java.util.Locale.ROOT))
                .sorted()
                .collect(Collectors.joining(" "));
    }

    private static String names(List<ClassEntry> entries) {
        return entries.stream().map(PublicApi::name).collect(Collectors.joining(", "));
    }

    private static String parameters(MethodModel method) {
        MethodTypeDesc type = method.methodTypeSymbol();
        return type.parameterList().stream()
                .map(PublicApi::name)
                .collect(Collectors.joining(", ", "(", ")"));
    }

    private static String name(ClassDesc type) {
        String plain = type.isArray() ? type.componentType().displayName() : type.displayName();
        String prefix = type.packageName().isEmpty() ? "" : type.packageName() + ".";
        return (prefix + plain).replace('$', '.') + (type.isArray() ? "[]" : "");
    }
}
