package sluice.junit;

import org.junit.jupiter.api.extension.ExtendWith;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Serves a directory to a test, at a free port of loopback. The annotated field or parameter is a
 * {@link ServedRoot}, or the {@link java.net.URI} of one. It is served as long as JUnit keeps it: a
 * static field for all tests of the class, another field or a parameter for one test. A test class
 * in a named module opens its package to {@code sluice.junit} for its fields; parameters need
 * nothing.
 *
 * {@snippet :
 * class DownloadTest {
 *     @SluiceRoot("src/test/resources/site")
 *     static ServedRoot site;
 *
 *     @Test
 *     void aFilmIsNotCopied() {
 *         Client.download(site.uri("film.mp4"));
 *         site.assertZeroCopy("/film.mp4");
 *     }
 * }
 * }
 */
@Documented
@ExtendWith(SluiceExtension.class)
@Retention(RetentionPolicy.RUNTIME)
@Target({ElementType.FIELD, ElementType.PARAMETER})
public @interface SluiceRoot {
    /**
     * The directory, relative to the working directory of the test; a temporary one that is deleted
     * afterwards if it is empty.
     */
    String value() default "";
}
