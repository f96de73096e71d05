package org.finetune4j.text;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class CountTest {
  @Test
  void oneIsNotSeveral() {
    assertThat(Count.of(0, "picture")).isEqualTo("0 pictures");
    assertThat(Count.of(1, "class")).isEqualTo("1 class");
    assertThat(Count.of(2, "class")).isEqualTo("2 classes");
  }
}
