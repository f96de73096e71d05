package org.example;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import javax.imageio.ImageIO;
import org.apache.spark.sql.SparkSession;
import org.finetune4j.backbone.Architecture;
import org.finetune4j.backbone.PretrainedBackbone;
import org.finetune4j.feature.FeatureExtractor;
import org.finetune4j.image.ImageSize;
import org.finetune4j.network.Network;
import org.finetune4j.network.TensorSpec;
import org.finetune4j.target.Labels;

/** Pictures that are dark or bright, two files that are none, and random weights. */
final class Samples {
  static final Labels LABELS = Labels.of("dark", "bright");
  static final int BROKEN = 2;
  private static final int SIDE = 64;

  private Samples() {}

  static SparkSession.Builder session() {
    return SparkSession.builder()
        .config("spark.ui.enabled", "false")
        .config("spark.driver.host", "127.0.0.1")
        .config("spark.driver.bindAddress", "127.0.0.1")
        .config("spark.sql.shuffle.partitions", "2");
  }

  /** Writes pictures and two files that are none into folders by class. */
  static Path pictures(Path folder, int count) throws IOException {
    Random random = new Random(1);
    for (int i = 0; i < count; i++) {
      BufferedImage picture = new BufferedImage(70, 50, BufferedImage.TYPE_INT_RGB);
      for (int y = 0; y < 50; y++) {
        for (int x = 0; x < 70; x++) {
          int gray = 40 + 130 * (i % 2) + random.nextInt(40);
          picture.setRGB(x, y, gray << 16 | gray + x / 2 << 8 | gray);
        }
      }
      Path file = folder.resolve(LABELS.name(i % 2)).resolve(i + ".png");
      Files.createDirectories(file.getParent());
      ImageIO.write(picture, "png", file.toFile());
    }
    Files.writeString(folder.resolve("dark/none.png"), "This is no picture.");
    byte[] whole = Files.readAllBytes(folder.resolve("bright/1.png"));
    Files.write(folder.resolve("bright/cut.png"), Arrays.copyOf(whole, 200));
    return folder;
  }

  static PretrainedBackbone backbone(Path weights) throws IOException {
    return PretrainedBackbone.builder(Architecture.SQUEEZENET)
        .inputSize(SIDE, SIDE)
        .weights(weights)
        .threads(1)
        .build();
  }

  static FeatureExtractor extractor(PretrainedBackbone backbone) {
    return FeatureExtractor.builder(backbone).layer("fire5/concat").build();
  }

  /** Random weights in the TensorFlow.js layers format; returns {@code model.json}. */
  static Path weights(Path folder, long seed) throws IOException {
    Files.createDirectories(folder);
    Network network = Architecture.SQUEEZENET.network(new ImageSize(SIDE, SIDE), false);
    Random random = new Random(seed);
    try (OutputStream numbers = Files.newOutputStream(folder.resolve("weights.bin"))) {
      for (TensorSpec spec : network.tensors()) {
        numbers.write(values(spec, random));
      }
    }
    String tensors =
        network.tensors().stream()
            .map(
                spec ->
                    "{\"name\": \"%s\", \"shape\": %s, \"dtype\": \"float32\"}"
                        .formatted(spec.name(), kerasShape(spec)))
            .collect(Collectors.joining(","));
    return Files.writeString(
        folder.resolve("model.json"),
        "{\"weightsManifest\": [{\"paths\": [\"weights.bin\"], \"weights\": [" + tensors + "]}]}");
  }

  private static byte[] values(TensorSpec spec, Random random) {
    int count = Math.toIntExact(spec.elements());
    double deviation = Math.sqrt(2.0 * spec.shape().get(0) / count);
    ByteBuffer bytes = ByteBuffer.allocate(4 * count).order(ByteOrder.LITTLE_ENDIAN);
    for (int i = 0; i < count; i++) {
      bytes.putFloat(
          spec.role().equals("kernel") ? (float) (deviation * random.nextGaussian()) : 0);
    }
    return bytes.array();
  }

  private static List<Integer> kerasShape(TensorSpec spec) {
    List<Integer> shape = spec.shape();
    return shape.size() == 4
        ? List.of(shape.get(2), shape.get(3), shape.get(1), shape.get(0))
        : shape;
  }

  /** The class of a path: the name of its folder. */
  static String labelOf(String path) {
    String[] parts = path.split("/");
    return parts[parts.length - 2];
  }

  static float[] floats(List<Float> list) {
    float[] values = new float[list.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = list.get(i);
    }
    return values;
  }
}
