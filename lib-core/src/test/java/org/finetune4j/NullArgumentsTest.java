package org.finetune4j;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.reflect.Executable;
import java.lang.reflect.Parameter;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.finetune4j.testing.SampleArguments;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Whoever passes null by mistake reads which argument it was. Records, which the library mostly
 * makes itself, layers of networks and what others implement are not held to this.
 */
class NullArgumentsTest {
  /** Fewer than there are: they would be fewer if samples to call with went missing. */
  private static final int AT_LEAST = 350;

  @TempDir private Path folder;

  @Test
  void whatIsNullIsNamed() throws IOException {
    Set<String> unnamed = new TreeSet<>();
    int tried = 0;
    try (SampleArguments samples =
        new SampleArguments(PublicSurfaceTest.publicTypes(), folder.resolve("none.png"))) {
      for (Executable called : samples.callable()) {
        Parameter[] parameters = called.getParameters();
        for (int i = 0; i < parameters.length; i++) {
          if (!takesNull(parameters[i])) {
            Throwable thrown = samples.callWithNull(called, i);
            tried++;
            if (!isNamed(thrown, parameters[i]) && !isOfAnother(thrown, parameters, i)) {
              unnamed.add(parameters[i].getName() + " of " + called + ": " + thrown);
            }
          }
        }
      }
    }
    assertThat(tried).isGreaterThan(AT_LEAST);
    assertThat(unnamed).isEmpty();
  }

  private static boolean takesNull(Parameter parameter) {
    return parameter.getType().isPrimitive()
        || !parameter.isNamePresent() // compiled without: nothing to compare with
        || parameter.isVarArgs()
        || parameter.getAnnotatedType().isAnnotationPresent(Nullable.class);
  }

  private static boolean isNamed(@Nullable Throwable thrown, Parameter parameter) {
    return thrown instanceof NullPointerException
        && Pattern.compile("\\b" + parameter.getName() + "\\b")
            .matcher(String.valueOf(thrown.getMessage()))
            .find();
  }

  /** Returns whether it names an argument for which there is no sample, so that it is null too. */
  private static boolean isOfAnother(@Nullable Throwable thrown, Parameter[] all, int index) {
    return Arrays.stream(all)
        .anyMatch(other -> !other.equals(all[index]) && isNamed(thrown, other));
  }
}
