package sluice.io.testing;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.HexFormat;
import java.util.zip.CRC32C;

/** Heads of the PROXY protocol, version 2. */
public final class ProxyHeads {
    private static final byte[] SIGNATURE = HexFormat.of().parseHex("0d0a0d0a000d0a515549540a");

    private ProxyHeads() {}

    public static byte[] binary(int command, int family, byte[] rest) {
        return ByteBuffer.allocate(SIGNATURE.length + 4 + rest.length)
                .put(SIGNATURE)
                .put((byte) command)
                .put((byte) family)
                .putShort((short) rest.length)
                .put(rest)
                .array();
    }

    /** With a field at the end that has the checksum of all. */
    public static byte[] withChecksum(int command, int family, byte[] addresses) {
        byte[] head = binary(command, family, join(addresses, new byte[] {3, 0, 4, 0, 0, 0, 0}));
        CRC32C checksum = new CRC32C();
        checksum.update(head);
        ByteBuffer.wrap(head).putInt(head.length - Integer.BYTES, (int) checksum.getValue());
        return head;
    }

    public static byte[] join(byte[]... parts) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            all.writeBytes(part);
        }
        return all.toByteArray();
    }
}
