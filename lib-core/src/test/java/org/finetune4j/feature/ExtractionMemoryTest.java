package org.finetune4j.feature;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The number of pictures costs disk, not memory, and the number of extractions neither. Few
 * pictures are extracted as often as makes many, each time by an extractor and into a cache of
 * their own: so the JIT compiler, which takes memory for as long as it finds something to compile,
 * has the same time in both runs.
 */
class ExtractionMemoryTest {
  private static final int FEW = 1_000;
  private static final int MANY = 10_000;
  private static final int SIDE = 224;

  @TempDir Path folder;

  @Test
  void tenTimesThePicturesTakeTheSameMemory() throws Exception {
    assumeTrue(Boolean.getBoolean("finetune4j.thorough"), "takes minutes; profile thorough");
    assumeTrue(Files.exists(Path.of("/proc/self/status")), "memory is read from /proc");
    for (int i = 0; i < MANY; i++) {
      picture(i);
    }
    long few = peak(FEW, MANY / FEW, "few");
    long many = peak(MANY, 1, "many");
    assertThat((double) many / few)
        .as("peak of anonymous memory: %d KB with 10 x 1,000, %d KB with 10,000", few, many)
        .isBetween(0.95, 1.05);
  }

  private void picture(int number) throws IOException {
    Random random = new Random(number);
    BufferedImage image = new BufferedImage(SIDE, SIDE, BufferedImage.TYPE_INT_RGB);
    image.createGraphics().clearRect(0, 0, SIDE, SIDE);
    for (int i = 0; i < 200; i++) {
      image.setRGB(random.nextInt(SIDE), random.nextInt(SIDE), random.nextInt(1 << 24));
    }
    Path pictures = Files.createDirectories(folder.resolve("pictures"));
    ImageIO.write(image, "jpg", pictures.resolve(String.format("%05d.jpg", number)).toFile());
  }

  private long peak(int pictures, int times, String cache) throws Exception {
    return ExtractionRun.peakKilobytes(
        256,
        "MOBILENET_V2",
        96,
        "random",
        folder.resolve("pictures"),
        pictures,
        times,
        folder.resolve(cache));
  }
}
