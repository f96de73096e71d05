package org.finetune4j.text;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.IntStream;
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

  @Test
  void longNamesGetNoHintAndTakeNoTime() {
    String longest = "a".repeat(199) + "b";
    assertThat(NearestName.of(longest, List.of("a".repeat(200)))).containsExactly("a".repeat(200));
    assertThat(NearestName.of("a".repeat(201), List.of("a".repeat(200)))).isEmpty();
    assertThat(NearestName.of("a".repeat(200), List.of("a".repeat(201)))).isEmpty();
    String huge = "c".repeat(1 << 20);
    assertThat(NearestName.hint(huge, List.of(huge + "d", "e".repeat(1 << 20)))).isEmpty();
    List<String> many = IntStream.range(0, 5001).mapToObj(i -> "layer_" + i).toList();
    assertThat(NearestName.of("layer_1x", many)).isEmpty();
    assertThat(NearestName.of("layer_1x", many.subList(0, 5000))).contains("layer_1", "layer_10");
  }
}
