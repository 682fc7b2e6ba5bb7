package sluice.linux;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.util.Arrays;

class ErrnoTest {
    @Test
    void namesANegativeResult() {
        assertThat(Errno.name(-104)).isEqualTo("ECONNRESET");
        assertThat(Errno.name(-11)).isEqualTo("EAGAIN");
    }

    @Test
    void describesANegativeResultInWords() {
        assertThat(Errno.describe(-Errno.EPIPE)).isEqualTo("EPIPE (broken pipe)");
    }

    @Test
    void callsAResultThatIsNoErrorOk() {
        assertThat(Errno.name(0)).isEqualTo("ok");
        assertThat(Errno.describe(104)).isEqualTo("ok");
        assertThat(Errno.isError(-4096)).isFalse();
        assertThat(Errno.isError(-4095)).isTrue();
    }

    @Test
    void givesTheNumberOfAnErrorItDoesNotKnow() {
        assertThat(Errno.name(-4000)).isEqualTo("errno 4000");
        assertThat(Errno.describe(-4000)).isEqualTo("errno 4000");
    }

    @Test
    void namesEveryConstantByItsOwnNameAndHasWordsForIt() throws IllegalAccessException {
        var constants = Arrays.stream(Errno.class.getFields())
                .filter(field -> Modifier.isStatic(field.getModifiers()))
                .toList();
        assertThat(constants).hasSizeGreaterThan(60);
        for (Field constant : constants) {
            int number = constant.getInt(null);
            assertThat(Errno.name(-number)).isEqualTo(constant.getName());
            assertThat(Errno.describe(-number)).matches(constant.getName() + " \\(.+\\)");
        }
    }
}
