package io.github.jsftp.testing;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Starts a {@link TestSftpServer} for tests, and closes it after them.
 *
 * <ul>
 *   <li>On a class: one server for all its tests, started before the first and closed after the
 *       last one. With {@link #perMethod()} it is a server for each test. It applies to subclasses
 *       and {@code Nested} classes, too.
 *   <li>On a method: a server for this test alone.
 *   <li>On a static field of type {@link TestSftpServer}: the server of the class. If the field has
 *       a value already, that is the server of the class: use this for one with other settings.
 *   <li>On a field that is not static: a server for each test. If the field has a value already,
 *       that is the server of the test.
 * </ul>
 *
 * <p>Constructors, tests and lifecycle methods may have parameters of type {@link TestSftpServer},
 * and of type {@link io.github.jsftp.ConnectionOptions} to connect to it. A test gets the nearest
 * server: its own, or that of its class, or that of the class around it.
 *
 * <p>After each test {@link TestSftpServer#reset()} removes its faults. The files of a class's
 * server stay until the last test of the class.
 *
 * <p>Tests of one class that run in parallel and cause faults need a server each. Subclasses that
 * run in parallel share the server of a static field they inherit.
 */
@Documented
@ExtendWith(SftpServerExtension.class)
@Inherited
@Retention(RetentionPolicy.RUNTIME)
@Target({ElementType.TYPE, ElementType.METHOD, ElementType.FIELD})
public @interface SftpServer {
  /**
   * Starts a server for each test, with an empty folder. By default the tests of a class share one.
   * On methods and fields it has no effect.
   */
  boolean perMethod() default false;
}
