package org.finetune4j.bench;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.finetune4j.data.ImageDataset;
import org.finetune4j.data.LabeledImage;
import org.finetune4j.image.Image;
import org.finetune4j.target.Labels;

/** Pictures of noise. */
final class Pixels {
  private Pixels() {}

  static FloatBuffer batch(int samples, int side) {
    Random random = new Random(3);
    int values = samples * 3 * side * side;
    FloatBuffer buffer =
        ByteBuffer.allocateDirect(values * Float.BYTES)
            .order(ByteOrder.nativeOrder())
            .asFloatBuffer();
    for (int i = 0; i < values; i++) {
      buffer.put(i, random.nextInt(256));
    }
    return buffer;
  }

  static List<Image> images(int count, int side) {
    return IntStream.range(0, count)
        .mapToObj(
            i -> {
              byte[] rgb = new byte[3 * side * side];
              new Random(i).nextBytes(rgb);
              return Image.of(side, side, rgb);
            })
        .toList();
  }

  /** Returns pictures of two classes. */
  static ImageDataset dataset(int count, int side) {
    List<Image> images = images(count, side);
    List<LabeledImage> labeled =
        IntStream.range(0, count)
            .mapToObj(i -> LabeledImage.of(Integer.toString(i), images.get(i), i % 2))
            .toList();
    return ImageDataset.of(Labels.of("even", "odd"), labeled);
  }

  /** Returns names for a classifier's outputs. */
  static Labels labels(int count) {
    return Labels.of(
        Arrays.asList(
            IntStream.range(0, count).mapToObj(i -> "class " + i).toArray(String[]::new)));
  }
}
