package org.example;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.onnxruntime.OrtEnvironment;
import java.io.IOException;
import org.finetune4j.explain.CamMethod;
import org.finetune4j.explain.ClassActivationMaps;
import org.finetune4j.image.Image;
import org.finetune4j.model.ImageClassifier;
import org.junit.jupiter.api.Test;

/** Runs without finetune4j-core, Deeplearning4j, ND4J and their native libraries. */
class ServingTest {

  @Test
  void deeplearning4jIsNotThere() {
    assertThrows(ClassNotFoundException.class, () -> Class.forName("org.nd4j.linalg.factory.Nd4j"));
    assertThrows(
        ClassNotFoundException.class, () -> Class.forName("org.deeplearning4j.nn.api.Model"));
  }

  @Test
  void whatNeedsTheOtherHalfSaysSo() throws IOException {
    try (ImageClassifier classifier = ImageClassifier.load(Pictures.CLASSIFIER)) {
      ClassActivationMaps.Builder maps =
          ClassActivationMaps.builder(classifier).method(CamMethod.GRAD_CAM);
      String message = assertThrows(IllegalStateException.class, maps::build).getMessage();
      assertTrue(message.contains("org.finetune4j:finetune4j-core"), message);
      ClassActivationMaps.builder(classifier).method(CamMethod.CAM).build().close();
    }
  }

  @Test
  void onnxRuntimeFindsItsNativeLibrary() {
    assertFalse(OrtEnvironment.getAvailableProviders().isEmpty());
  }

  @Test
  void picturesAreThere() {
    byte[] pixel = {1, 2, 3};
    assertArrayEquals(pixel, Image.of(1, 1, pixel).rgb());
  }

  @Test
  void predictsWithWhatWasTrainedElsewhere() throws IOException {
    try (ImageClassifier classifier = ImageClassifier.load(Pictures.CLASSIFIER)) {
      assertEquals("dark", classifier.predict(Pictures.of(0, 99), 1).get(0).label());
      assertEquals("bright", classifier.predict(Pictures.of(1, 99), 1).get(0).label());
    }
  }
}
