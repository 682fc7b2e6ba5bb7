package sluice.packaging;

import java.io.IOException;
import java.io.InputStream;
import java.lang.classfile.ClassFile;
import java.lang.classfile.attribute.ModuleAttribute;
import java.lang.classfile.constantpool.ClassEntry;
import java.lang.classfile.constantpool.PoolEntry;
import java.lang.constant.ModuleDesc;
import java.lang.constant.PackageDesc;
import java.lang.module.ModuleDescriptor;
import java.lang.module.ModuleFinder;
import java.lang.module.ModuleReference;
import java.lang.reflect.AccessFlag;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.jar.JarOutputStream;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Prepares jars for jlink. The libraries of brotli and zstd become files, so that no start has to
 * unpack them into a folder that may not exist or not be executable; those of other platforms are
 * left out. A jar without a module descriptor gets one, which requires the modules that it uses.
 */
final class Libraries {
    private static final Pattern NATIVE =
            Pattern.compile("(?:lib/)?(\\w+[-/]\\w+)/lib(brotli|zstd)[\\w.-]*\\.(so|dylib|dll)");

    private final Path modules;
    private final Path natives;
    private final Set<String> platforms;

    /** Jars go to one folder, native libraries to the other, without versions in their names. */
    Libraries(Path modules, Path natives) {
        this.modules = modules;
        this.natives = natives;
        String arch = System.getProperty("os.arch");
        this.platforms = arch.equals("amd64")
                ? Set.of("linux-x86_64", "linux/amd64")
                : Set.of("linux-" + arch, "linux/" + arch);
    }

    void prepare(Path jars) throws IOException {
        Map<String, String> owners = new HashMap<>();
        Set<ModuleReference> all = ModuleFinder.of(jars).findAll();
        for (ModuleReference module : all) {
            ModuleDescriptor descriptor = module.descriptor();
            descriptor.packages().forEach(each -> owners.put(each, descriptor.name()));
        }
        for (ModuleReference module : all) {
            URI jar = module.location().orElseThrow();
            prepare(Path.of(jar), module.descriptor(), owners);
        }
        for (String library : List.of("brotli", "zstd")) {
            if (!Files.exists(file(library))) {
                throw new IOException("there is no library of " + library + " for " + platforms);
            }
        }
    }

    private void prepare(Path jar, ModuleDescriptor module, Map<String, String> owners)
            throws IOException {
        Path copy = modules.resolve(jar.getFileName());
        Set<String> used = new TreeSet<>();
        try (JarFile from = new JarFile(jar.toFile());
                JarOutputStream to = new JarOutputStream(Files.newOutputStream(copy))) {
            for (JarEntry entry : from.stream().toList()) {
                try (InputStream bytes = from.getInputStream(entry)) {
                    Matcher library = NATIVE.matcher(entry.getName());
                    if (!library.matches()) {
                        byte[] content = bytes.readAllBytes();
                        to.putNextEntry(new JarEntry(entry.getName()));
                        to.write(content);
                        if (entry.getName().endsWith(".class")) {
                            used.addAll(packagesUsedBy(content));
                        }
                    } else if (platforms.contains(library.group(1))) {
                        Files.copy(bytes, file(library.group(2)));
                    }
                }
            }
            if (module.isAutomatic()) {
                to.putNextEntry(new JarEntry("module-info.class"));
                used.removeAll(module.packages());
                used.retainAll(owners.keySet());
                Stream<String> required = used.stream().map(owners::get).distinct();
                to.write(descriptor(module, required.toList()));
            }
        }
    }

    private Path file(String library) {
        return natives.resolve("lib" + library + ".so");
    }

    private static Set<String> packagesUsedBy(byte[] type) {
        Set<String> packages = new TreeSet<>();
        for (PoolEntry entry : ClassFile.of().parse(type).constantPool()) {
            if (entry instanceof ClassEntry used && used.asSymbol().isClassOrInterface()) {
                packages.add(used.asSymbol().packageName());
            }
        }
        return packages;
    }

    /** What Java assumes of such a jar, as far as ours need it: all packages are exported. */
    private static byte[] descriptor(ModuleDescriptor module, List<String> required) {
        ModuleDesc name = ModuleDesc.of(module.name());
        return ClassFile.of().buildModule(ModuleAttribute.of(name, its -> {
            its.requires(ModuleDesc.of("java.base"), Set.of(AccessFlag.MANDATED), null);
            required.forEach(each -> its.requires(ModuleDesc.of(each), Set.of(), null));
            module.packages().stream()
                    .sorted()
                    .forEach(each -> its.exports(PackageDesc.of(each), Set.of()));
        }));
    }
}
