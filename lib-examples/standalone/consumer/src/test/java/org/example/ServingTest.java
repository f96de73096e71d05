package org.example;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import ai.onnxruntime.OrtEnvironment;
import org.finetune4j.image.Image;
import org.junit.jupiter.api.Test;

/** Runs without the jars of Deeplearning4j, ND4J and their native libraries. */
class ServingTest {

  @Test
  void deeplearning4jIsNotThere() {
    assertThrows(ClassNotFoundException.class, () -> Class.forName("org.nd4j.linalg.factory.Nd4j"));
    assertThrows(
        ClassNotFoundException.class, () -> Class.forName("org.deeplearning4j.nn.api.Model"));
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
}
