package sluice.io.testing;

import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** The same as {@link EveryModel}, and with a layer over some. */
@ParameterizedClass(name = "{0}")
@MethodSource({"sluice.io.testing.Setup#models", "sluice.io.testing.Setup#layered"})
@ExtendWith(Watched.class)
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.TYPE)
public @interface EveryModelAndLayer {}
