package io.github.jsftp.testing;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ExtendWith;

/** Runs a test against one kind of server only. */
@ExtendWith(EnabledOnServerCondition.class)
@Target({ElementType.TYPE, ElementType.METHOD})
@Retention(RetentionPolicy.RUNTIME)
public @interface EnabledOnServer {
  TestServer.Kind value();

  /** What the other server lacks or does differently. */
  String reason();
}
