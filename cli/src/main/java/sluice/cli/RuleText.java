package sluice.cli;

import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

import sluice.server.AppRule;
import sluice.server.PathPattern;
import sluice.server.Rules;

import java.nio.file.Path;
import java.util.function.Supplier;

/** Rules as options say them. */
final class RuleText {
    private static final String SPACE = "[ \t]+";
    private static final int WITH_STATUS = 3;
    private static final int WITH_DIRECTORY = 3;

    private RuleText() {}

    /** A page for an error. */
    record ErrorPage(int status, String path) {}

    /** {@code Name: value}, or {@code /path/** Name: value}. */
    static final class OfHeader implements ITypeConverter<Rules.Header> {
        @Override
        public Rules.Header convert(String text) {
            int colon = text.indexOf(':');
            String[] words =
                    colon < 0 ? new String[0] : text.substring(0, colon).split(SPACE);
            if (words.length == 0 || words.length > 2) {
                throw new TypeConversionException(
                        "'" + text + "' is no header; write 'Name: value' or '*.css Name: value'");
            }
            String value = text.substring(colon + 1).strip();
            return made(() -> new Rules.Header(
                    words.length == 1 ? PathPattern.ALL : PathPattern.of(words[0]),
                    words[words.length - 1],
                    value));
        }
    }

    /** {@code /old/** /new/* 301}. */
    static final class OfRedirect implements ITypeConverter<Rules.Redirect> {
        @Override
        public Rules.Redirect convert(String text) {
            String[] words = text.strip().split(SPACE);
            boolean status = words.length == WITH_STATUS && words[2].matches("\\d{3}");
            if (words.length != 2 && !status) {
                throw new TypeConversionException(
                        "'" + text + "' is no redirect; write '/old/** /new/*' or '/a /b 301'");
            }
            return made(() -> new Rules.Redirect(
                    PathPattern.of(words[0]),
                    words[1],
                    status ? Integer.parseInt(words[2]) : Rules.Redirect.STATUS));
        }
    }

    /** {@code /v1/** /current/*}. */
    static final class OfRewrite implements ITypeConverter<Rules.Rewrite> {
        @Override
        public Rules.Rewrite convert(String text) {
            String[] words = text.strip().split(SPACE);
            if (words.length != 2) {
                throw new TypeConversionException(
                        "'" + text + "' is no rewrite; write e.g. '/v1/** /current/*'");
            }
            return made(() -> new Rules.Rewrite(PathPattern.of(words[0]), words[1]));
        }
    }

    /** {@code /downloads http://127.0.0.1:8080 /srv/private}; the directory may have spaces. */
    static final class OfApplication implements ITypeConverter<AppRule> {
        @Override
        public AppRule convert(String text) {
            String[] words = text.strip().split(SPACE, WITH_DIRECTORY);
            if (words.length < 2) {
                throw new TypeConversionException(
                        "'" + text + "' is no application; write e.g. '/downloads"
                                + " http://127.0.0.1:8080 /srv/private'");
            }
            Path files = words.length == WITH_DIRECTORY ? Arguments.path(words[2]) : null;
            return made(() -> new AppRule(words[0], AppRule.address(words[1]), files));
        }
    }

    /** {@code 404=/404.html}. */
    static final class OfErrorPage implements ITypeConverter<ErrorPage> {
        @Override
        public ErrorPage convert(String text) {
            if (!text.matches("\\d{3}=/.+")) {
                throw new TypeConversionException(
                        "'" + text + "' is no page for an error; write e.g. 404=/404.html");
            }
            int sign = text.indexOf('=');
            return new ErrorPage(
                    Integer.parseInt(text.substring(0, sign)), text.substring(sign + 1));
        }
    }

    private static <T> T made(Supplier<T> rule) {
        try {
            return rule.get();
        } catch (IllegalArgumentException e) {
            throw new TypeConversionException(e.getMessage());
        }
    }
}
