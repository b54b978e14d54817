package io.github.jsftp.testing;

import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Runs a test class against the {@link TestServer}: with MINA in the unit tests, and once more with
 * OpenSSH in the integration tests. Methods may take a {@link TestServer} and a {@link
 * ServerFolder} of their own.
 *
 * <p>After each test, sessions left on the server, threads named {@code jsftp...} and {@code
 * .*.jsftp-*.part} files are failures.
 */
@Tag("server")
@ExtendWith(OnEachServerExtension.class)
@Inherited
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
public @interface OnEachServer {}
