package io.github.jsftp.testing;

import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.platform.commons.support.AnnotationSupport;

/** Reads {@link EnabledOnServer}. */
final class EnabledOnServerCondition implements ExecutionCondition {
  @Override
  public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
    return AnnotationSupport.findAnnotation(context.getElement(), EnabledOnServer.class)
        .filter(wanted -> wanted.value() != TestServer.Kind.configured())
        .map(
            wanted -> ConditionEvaluationResult.disabled(wanted.value() + " only", wanted.reason()))
        .orElseGet(() -> ConditionEvaluationResult.enabled("the server is of this kind"));
  }
}
