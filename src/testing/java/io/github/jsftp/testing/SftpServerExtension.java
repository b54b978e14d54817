package io.github.jsftp.testing;

import io.github.jsftp.ConnectionOptions;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
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
  private static final String IS_GIVEN = "given";

  /** How many test classes use the server of a class: several, if they inherit its field. */
  private static final Map<TestSftpServer, Integer> USERS = new HashMap<>();

  @Override
  public void beforeAll(ExtensionContext context) throws IllegalAccessException {
    Class<?> type = context.getRequiredTestClass();
    var annotation = AnnotationSupport.findAnnotation(type, SftpServer.class);
    List<Field> fields = fields(type, true);
    if (fields.isEmpty() && annotation.map(SftpServer::perMethod).orElse(true)) {
      return;
    }
    synchronized (USERS) {
      TestSftpServer given = given(fields, null);
      TestSftpServer server = given == null ? TestSftpServer.start() : given;
      USERS.merge(server, 1, Integer::sum);
      store(context).put(TestSftpServer.class, server);
      fill(fields, null, server);
    }
  }

  /** Returns the server that a test has put into one of the fields, or null. */
  private static @Nullable TestSftpServer given(List<Field> fields, @Nullable Object instance)
      throws IllegalAccessException {
    for (Field field : fields) {
      var server = (TestSftpServer) field.get(instance);
      if (server != null && server.isClosed()) {
        throw new ExtensionConfigurationException(
            "the server in "
                + field
                + (instance == null
                    ? " was closed after an earlier test class: start it in a field of each class"
                    : " was closed after an earlier test of the same instance: start it in a static"
                        + " field")
                + ", or leave the field without a value");
      }
      if (server != null) {
        return server;
      }
    }
    return null;
  }

  private static void fill(List<Field> fields, @Nullable Object instance, TestSftpServer server)
      throws IllegalAccessException {
    for (Field field : fields) {
      if (field.get(instance) == null) {
        field.set(instance, server);
      }
    }
  }

  private static void empty(List<Field> fields, @Nullable Object instance)
      throws IllegalAccessException {
    for (Field field : fields) {
      if (!Modifier.isFinal(field.getModifiers())) {
        field.set(instance, null);
      }
    }
  }

  @Override
  public void beforeEach(ExtensionContext context) throws IllegalAccessException {
    boolean isOwn = isPerMethod(context);
    TestSftpServer given = null;
    for (Object instance : instances(context)) {
      List<Field> fields = fields(instance.getClass(), false);
      isOwn |= !fields.isEmpty();
      given = given == null ? given(fields, instance) : given;
    }
    if (!isOwn) {
      return;
    }
    TestSftpServer server = given == null ? TestSftpServer.start() : given;
    store(context).put(TestSftpServer.class, server);
    store(context).put(IS_GIVEN, given != null);
    for (Object instance : instances(context)) {
      fill(fields(instance.getClass(), false), instance, server);
    }
  }

  private static List<Object> instances(ExtensionContext context) {
    return context.getRequiredTestInstances().getAllInstances();
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
  public void afterEach(ExtensionContext context) throws IllegalAccessException {
    TestSftpServer own = store(context).remove(TestSftpServer.class, TestSftpServer.class);
    if (own == null) {
      TestSftpServer shared = server(context);
      if (shared != null) {
        shared.reset();
      }
      return;
    }
    own.close();
    if (Boolean.FALSE.equals(store(context).remove(IS_GIVEN))) {
      for (Object instance : instances(context)) {
        empty(fields(instance.getClass(), false), instance); // so that its next test gets another
      }
    }
  }

  @Override
  public void afterAll(ExtensionContext context) throws IllegalAccessException {
    TestSftpServer own = store(context).remove(TestSftpServer.class, TestSftpServer.class);
    if (own == null) {
      return;
    }
    synchronized (USERS) {
      if (USERS.merge(own, -1, Integer::sum) > 0) {
        return; // another class with the same field is running
      }
      USERS.remove(own);
      own.close();
      // So that another subclass gets a server of its own.
      empty(fields(context.getRequiredTestClass(), true), null);
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
