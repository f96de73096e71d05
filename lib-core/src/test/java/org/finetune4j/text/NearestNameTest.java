package org.finetune4j.text;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class NearestNameTest {
  @Test
  void namesAllThatAreAsNear() {
    assertThat(
            NearestName.hint(
                "block16_expand", List.of("block_6_expand", "block_16_expand", "block_1_expand")))
        .isEqualTo(" Did you mean 'block_6_expand' or 'block_16_expand'?");
    assertThat(NearestName.hint("a", List.of("b", "c"))).isEmpty();
    assertThat(NearestName.hint("cat1", List.of("cat2", "cat3", "cat4", "cat5", "cat6")))
        .isEqualTo(" Did you mean 'cat2' or 'cat3' or 'cat4' or 'cat5' or ...?");
    assertThat(NearestName.hint("CONV1", List.of("conv1", "conv2")))
        .isEqualTo(" Did you mean 'conv1'?");
  }
}
