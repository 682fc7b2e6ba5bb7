package sluice.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.nayuki.qrcodegen.QrCode;

import org.junit.jupiter.api.Test;

import java.util.List;

/** The code that a phone reads from a terminal. */
final class QrLinesTest {
    private static final String ADDRESS = "http://192.168.178.23:8000/";
    private static final int QUIET = 4;
    private static final String COLOURS = "\u001b[30;107m";
    private static final String USUAL = "\u001b[m";

    /** Reads the characters back as a phone sees them. */
    @Test
    void twoModulesAreOneCharacterAndFourLightOnesAreAroundAll() {
        QrCode code = QrCode.encodeText(ADDRESS, QrCode.Ecc.LOW);
        List<String> lines = QrLines.of(ADDRESS, 80, 24);

        assertThat(lines)
                .hasSize(17)
                .allSatisfy(line -> assertThat(line)
                        .startsWith(COLOURS)
                        .endsWith(USUAL)
                        .hasSize(COLOURS.length() + code.size + 2 * QUIET + USUAL.length()));
        for (int y = 0; y < code.size + 2 * QUIET; y++) {
            for (int x = 0; x < code.size + 2 * QUIET; x++) {
                char two = lines.get(y / 2).charAt(COLOURS.length() + x);
                assertThat((y % 2 == 0 ? "█▀" : "█▄").indexOf(two) >= 0)
                        .as("%d, %d", x, y)
                        .isEqualTo(code.getModule(x - QUIET, y - QUIET));
            }
        }
    }

    @Test
    void aCodeThatDoesNotFitIsLeftOut() {
        assertThat(QrLines.of(ADDRESS, 33, 17)).isNotEmpty();
        assertThat(QrLines.of(ADDRESS, 32, 17)).isEmpty();
        assertThat(QrLines.of(ADDRESS, 33, 16)).isEmpty();
        assertThat(QrLines.of(ADDRESS, 0, 0)).isEmpty();
    }
}
