package org.finetune4j.engine.onnx;

import static org.assertj.core.api.Assertions.assertThat;

import ai.onnxruntime.OrtException;
import java.util.List;
import org.finetune4j.backbone.PretrainedBackbone;
import org.finetune4j.backbone.TinyBackbone;
import org.finetune4j.model.ImageClassifier;
import org.finetune4j.model.TinyClassifier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A GPU build that found no GPU says so in what runs on the CPU instead. */
class GpuRefusedTest {
  private static final String WARNING = "ONNX Runtime's GPU build runs on the CPU: no driver";

  @AfterEach
  void forget() {
    Cuda.refusal = List.of();
  }

  @Test
  void backbonesAndModelsSaySo() {
    try (PretrainedBackbone backbone = TinyBackbone.of(1);
        ImageClassifier classifier = TinyClassifier.of(1)) {
      assertThat(backbone.warnings()).isEmpty();
      assertThat(classifier.toString()).doesNotContain("warning");
      Cuda.giveUp(new OrtException("no driver"));
      assertThat(Cuda.isUsable()).isFalse();
      assertThat(backbone.warnings()).containsExactly(WARNING);
      assertThat(classifier.toString()).endsWith("; warning: " + WARNING);
    }
  }
}
