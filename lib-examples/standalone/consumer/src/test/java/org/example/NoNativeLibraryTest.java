package org.example;

import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.finetune4j.feature.FeatureSet;
import org.finetune4j.head.ClassifierHead;
import org.finetune4j.target.Labels;
import org.junit.jupiter.api.Test;

/** Runs without the jar that holds ND4J's native library. */
class NoNativeLibraryTest {

  @Test
  void trainingSaysWhatIsMissingEveryTime() {
    FeatureSet features =
        FeatureSet.of(
            new float[][] {{0, 1}, {1, 0}, {0, 2}, {2, 0}},
            new int[] {0, 1, 0, 1},
            Labels.of(List.of("cat", "dog")));
    ClassifierHead head = ClassifierHead.builder().hidden(2).batchSize(4).epochs(1).build();
    for (int attempt = 0; attempt < 2; attempt++) {
      String message =
          assertThrows(IllegalStateException.class, () -> head.fit(features)).getMessage();
      assertTrue(message.contains("Could not find jnind4jcpu"), message);
      assertTrue(message.contains("org.nd4j:nd4j-native:"), message);
      assertTrue(message.contains("org.bytedeco:openblas:"), message);
    }
  }
}
