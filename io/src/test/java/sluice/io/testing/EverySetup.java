package sluice.io.testing;

import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** A part of the conformance suite: runs with every model, copy path and arrangement. */
@ParameterizedClass(name = "{0}")
@MethodSource({"sluice.io.testing.Setup#all", "sluice.io.testing.Setup#layered"})
@ExtendWith(Watched.class)
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.TYPE)
public @interface EverySetup {}
