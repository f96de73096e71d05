package org.finetune4j.engine.onnx;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class LastingEnvironmentTest {
  /** Another version of ONNX Runtime may have other names inside; then this is to be looked at. */
  @Test
  void thisVersionsEnvironmentCanBeKept() {
    NativeLibrary.environment();
    assertThat(LastingEnvironment.keep()).isTrue();
  }
}
