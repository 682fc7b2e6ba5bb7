package sluice.cli;

import io.nayuki.qrcodegen.QrCode;

import java.util.List;
import java.util.stream.IntStream;

/** A QR code for a terminal: each character shows two modules, one above the other. */
final class QrLines {
    /** Light modules on each side (ISO/IEC 18004 section 9.1): less, and some readers fail. */
    private static final int QUIET = 4;
    /** Black on white (ECMA-48, SGR): many readers do not know the colours the other way round. */
    private static final String BLACK_ON_WHITE = "\u001b[30;107m";

    private static final String USUAL = "\u001b[m";

    private final QrCode code;

    private QrLines(QrCode code) {
        this.code = code;
    }

    /**
     * The lines of a code.
     *
     * @param columns of the terminal
     * @param rows that the code may take
     * @return no lines if it does not fit
     */
    static List<String> of(String text, int columns, int rows) {
        // A screen has no stains: a small code matters more than one that survives them.
        var lines = new QrLines(QrCode.encodeText(text, QrCode.Ecc.LOW));
        return lines.width() <= columns && lines.height() <= rows ? lines.lines() : List.of();
    }

    private int width() {
        return code.size + 2 * QUIET;
    }

    private int height() {
        return (width() + 1) / 2;
    }

    private List<String> lines() {
        return IntStream.range(0, height()).mapToObj(this::line).toList();
    }

    private String line(int row) {
        StringBuilder line = new StringBuilder(BLACK_ON_WHITE);
        for (int column = 0; column < width(); column++) {
            boolean above = isDark(column, 2 * row);
            boolean below = isDark(column, 2 * row + 1);
            line.append(above ? below ? '█' : '▀' : below ? '▄' : ' ');
        }
        return line.append(USUAL).toString();
    }

    /** What is outside of the code is light. */
    private boolean isDark(int column, int row) {
        return code.getModule(column - QUIET, row - QUIET);
    }
}
