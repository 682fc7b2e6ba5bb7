package sluice.server.testing;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;

/** A small site for tests: a file of every kind that is sent in its own way. */
public final class Tree {
    public static final String HELLO = "hello, world\n";
    public static final String INDEX = "<!DOCTYPE html><title>Home</title>";
    /** Too big for memory, and for one packet. */
    public static final byte[] MEDIUM = random(100_000);
    /** Too big for what sockets take at once. */
    public static final byte[] LARGE = random(1_500_001);

    private Tree() {}

    public static byte[] random(int size) {
        byte[] bytes = new byte[size];
        new Random(size).nextBytes(bytes);
        return bytes;
    }

    public static void plant(Path root) throws IOException {
        Files.writeString(root.resolve("hello.txt"), HELLO);
        Files.createFile(root.resolve("empty.txt"));
        Files.write(root.resolve("medium.bin"), MEDIUM);
        Files.write(root.resolve("large.bin"), LARGE);
        Files.createDirectory(root.resolve("site"));
        Files.writeString(root.resolve("site/index.html"), INDEX);
        Files.createDirectory(root.resolve("folder"));
        Files.writeString(root.resolve("folder/one.txt"), "1");
        Files.writeString(root.resolve("folder/.two"), "2");
        Files.writeString(root.resolve(".secret"), "secret");
    }
}
