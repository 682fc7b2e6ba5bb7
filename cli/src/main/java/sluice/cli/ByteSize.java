package sluice.cli;

import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Converts sizes as people write them: 1500, 64k, 10G, 64KiB. The letters are powers of 1024; a B
 * changes nothing.
 */
final class ByteSize implements ITypeConverter<Long> {
    private static final Pattern FORM = Pattern.compile("(\\d{1,15})([kKmMgGtT]?)(i?[bB])?");
    private static final int SHIFT = 10;

    @Override
    public Long convert(String text) {
        Matcher form = FORM.matcher(text);
        if (form.matches()) {
            long number = Long.parseLong(form.group(1));
            String letter = form.group(2).toLowerCase(Locale.ROOT);
            int shift = letter.isEmpty() ? 0 : SHIFT * ("kmgt".indexOf(letter) + 1);
            if (number <= Long.MAX_VALUE >> shift) {
                return number << shift;
            }
        }
        throw new TypeConversionException(
                "'" + text + "' is not a size; write e.g. 1500, 64k or 10G");
    }
}
