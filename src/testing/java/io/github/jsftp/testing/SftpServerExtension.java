package io.github.jsftp.testing;

import io.github.jsftp.ConnectionOptions;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionConfigurationException;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ExtensionContext.Store;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolutionException;
import org.junit.jupiter.api.extension.ParameterResolver;
import org.junit.platform.commons.support.AnnotationSupport;

/**
 * Starts and closes the servers of tests with {@link SftpServer}. The server of a class or test is
 * in the store of its context, where inner contexts find it. All that it calls is in JUnit 5 and 6.
 */
final class SftpServerExtension
    implements BeforeAllCallback,
        BeforeEachCallback,
        AfterEachCallback,
        AfterAllCallback,
        ParameterResolver {
  private static final Namespace NAMESPACE = Namespace.create(SftpServerExtension.class);

  @Override
  public void beforeAll(ExtensionContext context) throws IllegalAccessException {
    Class<?> type = context.getRequiredTestClass();
    var annotation = AnnotationSupport.findAnnotation(type, SftpServer.class);
    List<Field> fields = fields(type, true);
    if (fields.isEmpty() && annotation.map(SftpServer::perMethod).orElse(true)) {
      return;
    }
    TestSftpServer server = given(fields);
    store(context).put(TestSftpServer.class, server == null ? TestSftpServer.start() : server);
    for (Field field : fields) {
      if (field.get(null) == null) {
        field.set(null, server(context));
      }
    }
  }

  /** Returns the server that a test has put into one of the fields, or null. */
  private static @Nullable TestSftpServer given(List<Field> fields) throws IllegalAccessException {
    for (Field field : fields) {
      var server = (TestSftpServer) field.get(null);
      if (server != null && server.isClosed()) {
        throw new ExtensionConfigurationException(
            "the server in "
                + field
                + " was closed after an earlier test class: start it in a"
                + " field of each class, or leave the field without a value");
      }
      if (server != null) {
        return server;
      }
    }
    return null;
  }

  @Override
  public void beforeEach(ExtensionContext context) throws IllegalAccessException {
    var instances = context.getRequiredTestInstances().getAllInstances();
    boolean hasFields = instances.stream().anyMatch(it -> !fields(it.getClass(), false).isEmpty());
    if (hasFields || isPerMethod(context)) {
      store(context).put(TestSftpServer.class, TestSftpServer.start());
    }
    for (Object instance : instances) {
      for (Field field : fields(instance.getClass(), false)) {
        field.set(instance, server(context));
      }
    }
  }

  private static boolean isPerMethod(ExtensionContext context) {
    if (AnnotationSupport.isAnnotated(context.getRequiredTestMethod(), SftpServer.class)) {
      return true;
    }
    Class<?> type = context.getRequiredTestClass();
    while (type != null) {
      var annotation = AnnotationSupport.findAnnotation(type, SftpServer.class);
      if (annotation.isPresent()) {
        return annotation.get().perMethod();
      }
      type = type.getEnclosingClass();
    }
    return false;
  }

  @Override
  public void afterEach(ExtensionContext context) {
    TestSftpServer own = store(context).remove(TestSftpServer.class, TestSftpServer.class);
    TestSftpServer shared = server(context);
    if (own != null) {
      own.close();
    } else if (shared != null) {
      shared.reset();
    }
  }

  @Override
  public void afterAll(ExtensionContext context) throws IllegalAccessException {
    TestSftpServer own = store(context).remove(TestSftpServer.class, TestSftpServer.class);
    if (own == null) {
      return;
    }
    own.close();
    for (Field field : fields(context.getRequiredTestClass(), true)) {
      if (!Modifier.isFinal(field.getModifiers())) {
        field.set(null, null); // so that another subclass gets one of its own
      }
    }
  }

  @Override
  public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
    Class<?> type = parameter.getParameter().getType();
    return type == TestSftpServer.class || type == ConnectionOptions.class;
  }

  @Override
  public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
    TestSftpServer server = server(context);
    if (server == null) {
      throw new ParameterResolutionException(
          "no SFTP server here: with a server for each test, only tests, @BeforeEach and"
              + " @AfterEach have one");
    }
    boolean isServer = parameter.getParameter().getType() == TestSftpServer.class;
    return isServer ? server : server.options();
  }

  private static List<Field> fields(Class<?> type, boolean isStatic) {
    List<Field> found =
        AnnotationSupport.findAnnotatedFields(
            type, SftpServer.class, field -> Modifier.isStatic(field.getModifiers()) == isStatic);
    for (Field field : found) {
      if (field.getType() != TestSftpServer.class) {
        throw new ExtensionConfigurationException(
            "@SftpServer is for fields of type TestSftpServer, not for " + field);
      }
      field.setAccessible(true);
    }
    return found;
  }

  /**
   * Returns the nearest server: that of the context, or of one around it; null if there is none.
   */
  private static @Nullable TestSftpServer server(ExtensionContext context) {
    return store(context).get(TestSftpServer.class, TestSftpServer.class);
  }

  private static Store store(ExtensionContext context) {
    return context.getStore(NAMESPACE);
  }
}
