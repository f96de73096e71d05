package org.finetune4j.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import org.finetune4j.backbone.Architecture;
import org.finetune4j.backbone.PretrainedBackbone;
import org.finetune4j.feature.ExtractorDescription;
import org.finetune4j.feature.FeatureExtractor;
import org.finetune4j.feature.Pooling;
import org.finetune4j.image.Image;
import org.finetune4j.image.ImageSize;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Here and not beside the class, because weights in a file can be generated here. */
class ExtractorDescriptionTest {
  @TempDir Path folder;

  @Test
  void theSameExtractorElsewhereAndNoOther() throws Exception {
    Path weights =
        GeneratedWeights.write(
            Architecture.SQUEEZENET.network(new ImageSize(64, 64), false), folder);
    byte[] pixels = new byte[3 * 70 * 50];
    for (int i = 0; i < pixels.length; i++) {
      pixels[i] = (byte) (i * 31);
    }
    Image image = Image.of(70, 50, pixels);
    ExtractorDescription description;
    float[] here;
    try (PretrainedBackbone backbone =
        PretrainedBackbone.builder(Architecture.SQUEEZENET)
            .inputSize(64, 64)
            .weights(weights)
            .build()) {
      FeatureExtractor extractor =
          FeatureExtractor.builder(backbone).layer("fire5/concat").pooling(Pooling.MAX).build();
      here = extractor.extract(image);
      description = travelled(ExtractorDescription.of(Architecture.SQUEEZENET, extractor));
    }
    FeatureExtractor there = description.open(weights, 1);
    try (PretrainedBackbone ofThere = there.backbone()) {
      assertThat(there.extract(image)).isEqualTo(here);
      assertThat(there.fingerprint()).isEqualTo(description.fingerprint());
      assertThat(ofThere.inputSize()).isEqualTo(new ImageSize(64, 64));
    }

    byte[] others = Files.readAllBytes(folder.resolve("weights.bin"));
    others[2] ^= 1;
    Files.write(folder.resolve("weights.bin"), others);
    assertThatThrownBy(() -> description.open(weights, 1))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("gives other features than the extractor that was described")
        .hasMessageContaining(weights.toString());
  }

  private static ExtractorDescription travelled(ExtractorDescription description) throws Exception {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
      out.writeObject(description);
    }
    try (ObjectInputStream in =
        new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray()))) {
      return (ExtractorDescription) in.readObject();
    }
  }
}
