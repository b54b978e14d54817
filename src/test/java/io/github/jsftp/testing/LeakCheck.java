package io.github.jsftp.testing;

import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Does what {@link OnEachServer} does, for tests that run once: those that start a server of their
 * own, and those for which it makes no difference which server answers.
 */
@ExtendWith(OnEachServerExtension.class)
@Inherited
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
public @interface LeakCheck {}
