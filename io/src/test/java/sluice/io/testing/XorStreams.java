package sluice.io.testing;

import java.io.FilterInputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;

/** The client's side of an {@link XorLayer}. */
public final class XorStreams {
    private XorStreams() {}

    /** Says the letter of the protocol at once; what is written comes changed behind it. */
    public static OutputStream out(OutputStream plain, char hello) throws IOException {
        plain.write(hello);
        return new FilterOutputStream(plain) {
            @Override
            public void write(int octet) throws IOException {
                plain.write(octet ^ XorLayer.KEY);
            }

            @Override
            public void write(byte[] bytes, int from, int length) throws IOException {
                byte[] changed = new byte[length];
                for (int i = 0; i < length; i++) {
                    changed[i] = (byte) (bytes[from + i] ^ XorLayer.KEY);
                }
                plain.write(changed);
            }
        };
    }

    /** Expects the letter before the first byte that is read. */
    public static InputStream in(InputStream plain, char hello) {
        return new FilterInputStream(plain) {
            private boolean answered;

            @Override
            public int read() throws IOException {
                byte[] octet = new byte[1];
                return read(octet, 0, 1) < 0 ? -1 : Byte.toUnsignedInt(octet[0]);
            }

            @Override
            public int read(byte[] into, int from, int length) throws IOException {
                if (!answered) {
                    int answer = plain.read();
                    if (answer < 0) {
                        return answer;
                    }
                    if (answer != hello) {
                        throw new IOException("the server's answer to the handshake: " + answer);
                    }
                    answered = true;
                }
                int read = plain.read(into, from, length);
                for (int i = from; i < from + read; i++) {
                    into[i] ^= XorLayer.KEY;
                }
                return read;
            }
        };
    }
}
