package org.finetune4j.explain;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.Locale;
import javax.imageio.ImageIO;
import org.finetune4j.augment.Augmentation;
import org.finetune4j.image.Image;
import org.finetune4j.image.ImageSize;
import org.finetune4j.image.Interpolation;
import org.finetune4j.image.Resize;
import org.finetune4j.picture.ContactSheet;
import org.finetune4j.picture.ImageDecoder;
import org.finetune4j.preprocess.Preprocessing;
import org.finetune4j.preprocess.ResizeRule;

/**
 * Does with pictures of one pixel by very many what is done with any picture, and prints how many
 * seconds of the processor each takes. Sizes multiply: a mistake takes gigabytes or wraps around.
 */
final class ThinPicturesRun {
  private static final ImageSize INPUT = ImageSize.square(224);

  /** What may fail only with an {@link IOException}. */
  @FunctionalInterface
  private interface Work {
    void run() throws IOException;
  }

  private ThinPicturesRun() {}

  public static void main(String[] arguments) throws IOException {
    Path file = Path.of(arguments[0], "thin.png");
    Preprocessing.TORCH.toFloats(
        Image.gray(9, 9, new byte[81]), INPUT, new float[3 * 224 * 224], 0);
    for (int length : new int[] {60_000, 1_000_000, 3_000_000}) {
      for (boolean wide : new boolean[] {true, false}) {
        write(wide ? length : 1, wide ? 1 : length, file);
        timed(length + (wide ? " by 1" : " high"), () -> all(file));
      }
    }
    Image longest = Image.gray(1, 16_000_000, new byte[16_000_000]);
    timed("squash", () -> Resize.squash(longest, INPUT, Interpolation.BICUBIC));
  }

  private static void write(int width, int height, Path file) throws IOException {
    BufferedImage thin = new BufferedImage(width, height, BufferedImage.TYPE_BYTE_GRAY);
    ImageIO.write(thin, "png", file.toFile());
  }

  private static void timed(String what, Work work) {
    long before = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
    String end = "done";
    try {
      work.run();
    } catch (IOException refused) {
      end = "refused";
    }
    long after = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
    System.out.printf(Locale.ROOT, "%s: %.2f s %s%n", what, (after - before) / 1e9, end);
  }

  private static void all(Path file) throws IOException {
    Image picture = ImageDecoder.standard().decode(file);
    float[] input = new float[3 * INPUT.width() * INPUT.height()];
    for (ResizeRule rule : ResizeRule.values()) {
      Preprocessing plain = Preprocessing.TORCH.withResize(rule);
      for (Preprocessing each : new Preprocessing[] {plain, plain.withReducingGap(2)}) {
        each.toFloats(picture, INPUT, input, 0);
        Augmentation.strong().apply(picture, it -> each.fit(it, INPUT), 1, 1, 1);
      }
    }
    Augmentation crop = Augmentation.builder().randomResizedCrop().build();
    crop.apply(picture, it -> Preprocessing.TORCH.fit(it, INPUT), 1, 1, 1);
    ContactSheet.builder().add(picture, "thin").build().image();
    HeatMap.ofEvidence(2, 2, new double[] {0, 1, 2, 3}).overlay(picture);
  }
}
