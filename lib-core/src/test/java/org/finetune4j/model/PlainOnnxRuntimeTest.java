package org.finetune4j.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.onnxruntime.OrtEnvironment;
import java.io.File;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.finetune4j.image.Image;
import org.finetune4j.image.ImageSize;
import org.finetune4j.image.Interpolation;
import org.finetune4j.image.Resize;
import org.finetune4j.picture.ImageDecoder;
import org.finetune4j.testing.Stripes;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The model of a bundle runs in a program that does not know this library. */
class PlainOnnxRuntimeTest {
  private static final int SIDE = 16;

  @TempDir Path folder;

  @Test
  void aProgramWithoutTheLibraryGivesTheSameProbabilities()
      throws IOException, InterruptedException, URISyntaxException {
    Image photo = Stripes.of(2, 3).get(1).decode(ImageDecoder.standard());
    Image picture = Resize.squash(photo, ImageSize.square(SIDE), Interpolation.BICUBIC);
    Path pixels = Files.write(folder.resolve("pixels"), planes(picture));
    Path bundle = folder.resolve("bundle.zip");
    float[] expected;
    try (ImageClassifier classifier = TinyClassifier.of(1)) {
      classifier.save(bundle);
      expected = classifier.probabilities(List.of(picture))[0];
    }

    String classPath = place(OrtEnvironment.class) + File.pathSeparator + place(getClass());
    assertThat(classPath).doesNotContain(place(ImageClassifier.class) + File.pathSeparator);
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                classPath,
                PlainOnnxRuntime.class.getName(),
                bundle.toString(),
                pixels.toString())
            .redirectError(folder.resolve("errors").toFile())
            .start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(Files.readString(folder.resolve("errors"))).isZero();
    List<Float> printed = output.lines().map(Float::parseFloat).toList();
    assertThat(printed).hasSize(expected.length);
    for (int i = 0; i < expected.length; i++) {
      assertThat(printed.get(i)).isCloseTo(expected[i], within(1e-6f));
    }
  }

  private static byte[] planes(Image picture) {
    ByteBuffer planes = ByteBuffer.allocate(3 * SIDE * SIDE * Float.BYTES);
    for (int channel = 0; channel < 3; channel++) {
      for (int i = 0; i < SIDE * SIDE; i++) {
        planes.putFloat(picture.sample(i % SIDE, i / SIDE, channel));
      }
    }
    return planes.array();
  }

  private static String place(Class<?> type) throws URISyntaxException {
    return Path.of(type.getProtectionDomain().getCodeSource().getLocation().toURI()).toString();
  }
}
