package sluice.checks;

import com.sun.source.tree.ClassTree;
import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.tree.IdentifierTree;
import com.sun.source.tree.MemberSelectTree;
import com.sun.source.tree.MethodTree;
import com.sun.source.tree.Tree;
import com.sun.source.util.JavacTask;
import com.sun.source.util.SourcePositions;
import com.sun.source.util.TreeScanner;
import com.sun.source.util.Trees;

import org.jspecify.annotations.Nullable;

import sluice.checks.Repository.SourceFile;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

import javax.tools.JavaCompiler;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;

/**
 * What javac's parser sees in a file; comments are not in it.
 *
 * @param types simple names of the top-level types
 * @param names every identifier and member name that the code uses
 * @param methodLines lines from a method's first modifier to its last brace, by name and line
 */
record JavaSource(Set<String> types, Set<String> names, Map<String, Integer> methodLines) {
    private static final JavaCompiler JAVAC = ToolProvider.getSystemJavaCompiler();
    /** One for all files: to open one takes longer than to parse a file. */
    private static final StandardJavaFileManager FILES =
            JAVAC.getStandardFileManager(null, null, null);

    private static final Map<SourceFile, JavaSource> PARSED = new ConcurrentHashMap<>();

    static JavaSource of(SourceFile file) {
        return PARSED.computeIfAbsent(file, JavaSource::parse);
    }

    private static JavaSource parse(SourceFile file) {
        JavacTask task =
                (JavacTask) JAVAC.getTask(null, FILES, null, null, null, List.of(input(file)));
        Trees trees = Trees.instance(task);
        JavaSource source = new JavaSource(new HashSet<>(), new HashSet<>(), new LinkedHashMap<>());
        try {
            for (CompilationUnitTree unit : task.parse()) {
                for (Tree type : unit.getTypeDecls()) {
                    if (type instanceof ClassTree named) {
                        source.types.add(named.getSimpleName().toString());
                    }
                }
                source.new Scanner(unit, trees.getSourcePositions()).scan(unit, null);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return source;
    }

    private static JavaFileObject input(SourceFile file) {
        URI uri = URI.create("string:///" + file.path());
        return new SimpleJavaFileObject(uri, JavaFileObject.Kind.SOURCE) {
            @Override
            public CharSequence getCharContent(boolean ignoreEncodingErrors) {
                return file.text();
            }
        };
    }

    private final class Scanner extends TreeScanner<@Nullable Void, @Nullable Void> {
        private final CompilationUnitTree unit;
        private final SourcePositions positions;

        Scanner(CompilationUnitTree unit, SourcePositions positions) {
            this.unit = unit;
            this.positions = positions;
        }

        @Override
        public @Nullable Void visitMethod(MethodTree method, @Nullable Void nothing) {
            long first = line(positions.getStartPosition(unit, method));
            long last = line(positions.getEndPosition(unit, method));
            methodLines.put(method.getName() + ":" + first, (int) (last - first + 1));
            return super.visitMethod(method, nothing);
        }

        @Override
        public @Nullable Void visitIdentifier(IdentifierTree identifier, @Nullable Void nothing) {
            names.add(identifier.getName().toString());
            return super.visitIdentifier(identifier, nothing);
        }

        @Override
        public @Nullable Void visitMemberSelect(MemberSelectTree select, @Nullable Void nothing) {
            names.add(select.getIdentifier().toString());
            return super.visitMemberSelect(select, nothing);
        }

        private long line(long position) {
            return unit.getLineMap().getLineNumber(position);
        }
    }
}
