package sluice.http;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import sluice.http.HpackOracles.Reader;
import sluice.http.HpackOracles.Writer;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.function.Supplier;

/** Two other codecs read and write the same. The seed is fixed. */
final class HpackOracleTest {
    private static final int CONNECTIONS = Integer.getInteger("sluice.connections", 100);
    private static final int BLOCKS = 20;
    private static final List<String> NAMES = List.of(
            ":method",
            ":path",
            ":authority",
            "accept",
            "cookie",
            "range",
            "user-agent",
            "x-a",
            "x-b",
            "priority",
            "if-none-match",
            "a-name-of-which-the-length-takes-more-than-a-single-octet-".repeat(3));

    private final Random random = new Random(20_261_129);

    private List<NameAndValue> fields() {
        List<NameAndValue> fields = new ArrayList<>();
        int count = random.nextInt(12);
        for (int i = 0; i < count; i++) {
            String name = NAMES.get(random.nextInt(NAMES.size()));
            fields.add(new NameAndValue(name, value()));
        }
        fields.sort((a, b) -> Boolean.compare(b.isPseudo(), a.isPseudo()));
        return fields;
    }

    private String value() {
        int kind = random.nextInt(20);
        if (kind < 8) {
            return List.of(
                            "GET",
                            "/",
                            "/index.html",
                            "",
                            "gzip",
                            "text/html,*/*;q=0.8",
                            "u=1",
                            "?0")
                    .get(kind);
        }
        int length = kind == 8 ? random.nextInt(5_000) : random.nextInt(40);
        int highest = kind % 2 == 0 ? 0x7F : 0x100;
        StringBuilder value = new StringBuilder();
        for (int i = 0; i < length; i++) {
            value.append((char) random.nextInt(' ', highest));
        }
        return value.toString();
    }

    private void expectRead(Supplier<Writer> writers) {
        for (int i = 0; i < CONNECTIONS; i++) {
            Writer writer = writers.get();
            Reader reader = HpackOracles.sluice();
            for (int block = 0; block < BLOCKS; block++) {
                List<NameAndValue> fields = fields();
                assertThat(reader.read(writer.write(fields))).contains(fields);
            }
        }
    }

    @Test
    void whatNettyWritesIsRead() {
        expectRead(HpackOracles::nettyWriter);
    }

    @Test
    void whatHttpcoreWritesIsRead() {
        expectRead(HpackOracles::httpcoreWriter);
    }

    @Test
    void whatIsWrittenIsReadByOthers() {
        for (Reader reader : List.of(HpackOracles.netty(), HpackOracles.httpcore())) {
            for (int i = 0; i < CONNECTIONS; i++) {
                Fields fields = Fields.NONE;
                List<NameAndValue> written = new ArrayList<>();
                for (NameAndValue field : fields()) {
                    if (!field.isPseudo()) {
                        fields = fields.with(field.name(), field.value());
                        written.add(new NameAndValue(field.name(), field.value().strip()));
                    }
                }
                assertThat(reader.read(HpackEncoder.fields(fields))).contains(written);
            }
        }
    }

    /**
     * Of a connection that has sent whole blocks, and then one that is broken. HttpCore takes more
     * than the RFC does, so only what is read here has to be read there.
     */
    @Test
    void brokenBlocksAreReadOrRefusedAsByOthers() {
        List<String> differences = new ArrayList<>();
        int read = 0;
        int refused = 0;
        for (int i = 0; i < CONNECTIONS * BLOCKS; i++) {
            Reader sluice = HpackOracles.sluice();
            Reader netty = HpackOracles.netty();
            Reader httpcore = HpackOracles.httpcore();
            Writer writer = i % 2 == 0 ? HpackOracles.nettyWriter() : HpackOracles.httpcoreWriter();
            byte[] whole = writer.write(fields());
            for (Reader reader : List.of(sluice, netty, httpcore)) {
                assertThat(reader.read(whole)).isPresent();
            }
            byte[] broken = broken(writer.write(fields()));
            Optional<List<NameAndValue>> ours = sluice.read(broken);
            if (!ours.equals(netty.read(broken))
                    || ours.isPresent() && !ours.equals(httpcore.read(broken))) {
                differences.add(HexFormat.of().formatHex(broken));
            }
            if (ours.isPresent()) {
                read++;
            } else {
                refused++;
            }
        }
        assertThat(differences).isEmpty();
        assertThat(read).as("blocks that are still blocks").isGreaterThan(CONNECTIONS);
        assertThat(refused).as("blocks that are none").isGreaterThan(CONNECTIONS);
    }

    private byte[] broken(byte[] block) {
        byte[] broken = Arrays.copyOf(block, Math.max(1, block.length - random.nextInt(2)));
        int changes = 1 + random.nextInt(3);
        for (int i = 0; i < changes; i++) {
            broken[random.nextInt(Math.min(broken.length, 60))] = (byte) random.nextInt(256);
        }
        return broken;
    }
}
