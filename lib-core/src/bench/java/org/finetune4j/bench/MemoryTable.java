package org.finetune4j.bench;

import com.google.common.io.MoreFiles;
import com.google.common.io.RecursiveDeleteOption;
import java.awt.image.BufferedImage;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import java.util.StringJoiner;
import javax.imageio.ImageIO;
import org.finetune4j.backbone.Architecture;
import org.finetune4j.backbone.KerasFile;
import org.finetune4j.feature.ExtractionRun;
import org.finetune4j.network.Network;
import org.finetune4j.testing.RandomWeights;
import org.finetune4j.weights.format.StoredLayer;
import org.finetune4j.weights.format.StoredTensor;

/**
 * The memory that each architecture takes beside the Java heap while features are extracted: a
 * table of peaks, each of a process of its own. Weights are random, but come from a file as real
 * ones do.
 */
public final class MemoryTable {
  private static final int PICTURES = 64;

  /** Direct buffers may take as much again, which the weights of the largest networks need. */
  private static final int HEAP_MEGABYTES = 512;

  private final Path folder;

  private MemoryTable(Path folder) {
    this.folder = folder;
  }

  /** Measures the architectures that {@code -Dbench.rows} selects. */
  public static void main(String[] args) throws Exception {
    System.out.println(
        "| network | input | weights, MB | beside the heap, MB |\n| --- | --- | --- | --- |");
    for (Architecture architecture : Architecture.values()) {
      if (Settings.wants(architecture.name())) {
        Path folder = Files.createTempDirectory("bench");
        try {
          new MemoryTable(folder).measure(architecture);
        } catch (IOException e) {
          System.out.printf("| %s | failed: %s |%n", architecture, e.getMessage());
        } finally {
          MoreFiles.deleteRecursively(folder, RecursiveDeleteOption.ALLOW_INSECURE);
        }
      }
    }
  }

  private void measure(Architecture architecture) throws IOException, InterruptedException {
    int side = architecture.defaultInputSize().height();
    Network network = architecture.network(architecture.defaultInputSize(), false);
    Path weights = write(network);
    for (int i = 0; i < PICTURES; i++) {
      picture(side, i);
    }
    long peak =
        ExtractionRun.peakKilobytes(
            HEAP_MEGABYTES,
            architecture.name(),
            side,
            weights,
            folder.resolve("pictures"),
            PICTURES,
            1,
            folder.resolve("cache"));
    System.out.printf(
        "| %s | %dx%d | %d | %,d |%n",
        architecture,
        side,
        side,
        network.parameterCount() * Float.BYTES / 1_000_000,
        peak / 1000 - HEAP_MEGABYTES);
  }

  private void picture(int side, int number) throws IOException {
    BufferedImage image = new BufferedImage(side, side, BufferedImage.TYPE_INT_RGB);
    Random random = new Random(number);
    for (int i = 0; i < 200; i++) {
      image.setRGB(random.nextInt(side), random.nextInt(side), random.nextInt(1 << 24));
    }
    Path pictures = Files.createDirectories(folder.resolve("pictures"));
    ImageIO.write(image, "jpg", pictures.resolve(number + ".jpg").toFile());
  }

  /** Writes random weights in the format of TensorFlow.js. */
  private Path write(Network network) throws IOException {
    StringJoiner manifest =
        new StringJoiner(
            ",", "{\"weightsManifest\":[{\"paths\":[\"weights.bin\"],\"weights\":[", "]}]}");
    Path values = folder.resolve("weights.bin");
    try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(values))) {
      for (StoredLayer layer : KerasFile.of(network, RandomWeights.of(network, 1)).layers()) {
        for (StoredTensor stored : layer.tensors()) {
          out.write(littleEndian(stored.tensor().values()));
          manifest.add(
              String.format(
                  "{\"name\":\"%s\",\"shape\":%s,\"dtype\":\"float32\"}",
                  stored.name().replace(":0", ""), stored.tensor().shape()));
        }
      }
    }
    return Files.writeString(folder.resolve("model.json"), manifest.toString());
  }

  private static byte[] littleEndian(FloatBuffer values) {
    ByteBuffer bytes =
        ByteBuffer.allocate(values.remaining() * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    bytes.asFloatBuffer().put(values);
    return bytes.array();
  }
}
