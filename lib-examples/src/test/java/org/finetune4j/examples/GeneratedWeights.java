package org.finetune4j.examples;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import org.finetune4j.network.Network;
import org.finetune4j.network.TensorSpec;

/** Writes random weights in the TensorFlow.js layers format, where nothing may be downloaded. */
final class GeneratedWeights {
  /** Normal numbers that are used again and again: a prime, so that filters differ. */
  private static final float[] NORMAL = new float[65_537];

  static {
    Random random = new Random(1);
    for (int i = 0; i < NORMAL.length; i++) {
      NORMAL[i] = (float) random.nextGaussian();
    }
  }

  private GeneratedWeights() {}

  /** Returns the path of {@code model.json}. */
  static Path write(Network network, Path folder) throws IOException {
    Files.createDirectories(folder);
    try (OutputStream numbers = Files.newOutputStream(folder.resolve("weights.bin"))) {
      for (TensorSpec spec : network.tensors()) {
        numbers.write(values(spec));
      }
    }
    String tensors =
        network.tensors().stream()
            .map(
                spec ->
                    "{\"name\": \"%s\", \"shape\": %s, \"dtype\": \"float32\"}"
                        .formatted(spec.name(), kerasShape(spec)))
            .collect(Collectors.joining(",\n"));
    return Files.writeString(
        folder.resolve("model.json"),
        "{\"weightsManifest\": [{\"paths\": [\"weights.bin\"], \"weights\": [" + tensors + "]}]}");
  }

  private static byte[] values(TensorSpec spec) {
    int count = Math.toIntExact(spec.elements());
    double deviation = Math.sqrt(2.0 * spec.shape().get(0) / count);
    ByteBuffer bytes = ByteBuffer.allocate(4 * count).order(ByteOrder.LITTLE_ENDIAN);
    for (int i = 0; i < count; i++) {
      float value =
          switch (spec.role()) {
            case "moving_variance", "gamma" -> 1;
            case "kernel", "depthwise_kernel" -> (float) (deviation * NORMAL[i % NORMAL.length]);
            default -> 0;
          };
      bytes.putFloat(value);
    }
    return bytes.array();
  }

  /**
   * Keras stores convolutions as [height, width, channels, filters], depthwise ones as [height,
   * width, channels, 1].
   */
  private static List<Integer> kerasShape(TensorSpec spec) {
    List<Integer> shape = spec.shape();
    if (spec.role().equals("depthwise_kernel")) {
      return List.of(shape.get(2), shape.get(3), shape.get(0), shape.get(1));
    }
    return shape.size() == 4
        ? List.of(shape.get(2), shape.get(3), shape.get(1), shape.get(0))
        : shape;
  }
}
