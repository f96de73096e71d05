package org.example;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;
import org.nd4j.linalg.factory.Nd4j;

class TrainingTest {

  @Test
  void nd4jFindsItsNativeLibrary() {
    assertEquals(8.0, Nd4j.ones(2, 4).mmul(Nd4j.ones(4, 1)).sumNumber().doubleValue());
  }
}
