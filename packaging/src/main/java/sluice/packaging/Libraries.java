package sluice.packaging;

import java.io.IOException;
import java.io.InputStream;
import java.lang.classfile.ClassFile;
import java.lang.classfile.attribute.ModuleAttribute;
import java.lang.constant.ModuleDesc;
import java.lang.constant.PackageDesc;
import java.lang.module.ModuleDescriptor;
import java.lang.module.ModuleFinder;
import java.lang.module.ModuleReference;
import java.lang.reflect.AccessFlag;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.jar.JarOutputStream;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Prepares jars for jlink. The libraries of brotli and zstd become files, so that no start has to
 * unpack them into a folder that may not exist or not be executable; those of other platforms are
 * left out. A jar without a module descriptor gets one.
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
        Files.createDirectories(natives);
        for (ModuleReference module : ModuleFinder.of(jars).findAll()) {
            URI jar = module.location().orElseThrow();
            prepare(Path.of(jar), module.descriptor());
        }
        for (String library : List.of("brotli", "zstd")) {
            if (!Files.exists(file(library))) {
                throw new IOException("there is no library of " + library + " for " + platforms);
            }
        }
    }

    private void prepare(Path jar, ModuleDescriptor module) throws IOException {
        Path copy = modules.resolve(jar.getFileName());
        try (JarFile from = new JarFile(jar.toFile());
                JarOutputStream to = new JarOutputStream(Files.newOutputStream(copy))) {
            for (JarEntry entry : from.stream().toList()) {
                try (InputStream bytes = from.getInputStream(entry)) {
                    Matcher library = NATIVE.matcher(entry.getName());
                    if (!library.matches()) {
                        to.putNextEntry(new JarEntry(entry.getName()));
                        bytes.transferTo(to);
                    } else if (platforms.contains(library.group(1))) {
                        Files.copy(bytes, file(library.group(2)));
                    }
                }
            }
            if (module.isAutomatic()) {
                to.putNextEntry(new JarEntry("module-info.class"));
                to.write(descriptor(module));
            }
        }
    }

    private Path file(String library) {
        return natives.resolve("lib" + library + ".so");
    }

    /** What Java assumes of such a jar, as far as ours need it: all packages are exported. */
    private static byte[] descriptor(ModuleDescriptor module) {
        ModuleDesc name = ModuleDesc.of(module.name());
        return ClassFile.of().buildModule(ModuleAttribute.of(name, its -> {
            its.requires(ModuleDesc.of("java.base"), Set.of(AccessFlag.MANDATED), null);
            module.packages().stream()
                    .sorted()
                    .forEach(each -> its.exports(PackageDesc.of(each), Set.of()));
        }));
    }
}
