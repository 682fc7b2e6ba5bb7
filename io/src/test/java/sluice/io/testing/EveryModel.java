package sluice.io.testing;

import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** A part of the conformance suite that no copy path matters to: every model and arrangement. */
@ParameterizedClass(name = "{0}")
@MethodSource("sluice.io.testing.Setup#models")
@ExtendWith(Watched.class)
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.TYPE)
public @interface EveryModel {}
