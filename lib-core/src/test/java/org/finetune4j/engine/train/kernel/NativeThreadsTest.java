package org.finetune4j.engine.train.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.bytedeco.openblas.global.openblas_nolapack;
import org.finetune4j.engine.train.NativeBackend;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class NativeThreadsTest {
  private int before;

  @BeforeEach
  void twoThreads() {
    NativeBackend.load();
    before = openblas_nolapack.blas_get_num_threads();
    openblas_nolapack.blas_set_num_threads(2);
  }

  @AfterEach
  void asBefore() {
    openblas_nolapack.blas_set_num_threads(before);
  }

  @Test
  void productsStayOnTheirThreadUntilTheLastLoopEnds() {
    int threads = openblas_nolapack.blas_get_num_threads();

    NativeThreads.loop(
        1,
        1,
        i -> {
          NativeThreads.loop(1, 1, j -> {});
          assertThat(openblas_nolapack.blas_get_num_threads()).isEqualTo(1);
        });

    assertThat(openblas_nolapack.blas_get_num_threads()).isEqualTo(threads);
  }

  @Test
  void failureGivesTheThreadsBack() {
    int threads = openblas_nolapack.blas_get_num_threads();

    assertThatThrownBy(
            () ->
                NativeThreads.loop(
                    1,
                    1,
                    i -> {
                      throw new IllegalStateException("round");
                    }))
        .hasMessage("round");

    assertThat(openblas_nolapack.blas_get_num_threads()).isEqualTo(threads);
  }
}
