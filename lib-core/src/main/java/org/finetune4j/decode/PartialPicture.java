package org.finetune4j.decode;

import java.awt.image.BufferedImage;
import java.awt.image.DataBuffer;
import java.io.IOException;
import java.util.Optional;
import java.util.stream.IntStream;
import javax.imageio.ImageReadParam;
import javax.imageio.ImageReader;
import javax.imageio.event.IIOReadUpdateListener;
import org.jspecify.annotations.Nullable;

/** What a reader had decoded when it gave up. */
final class PartialPicture implements IIOReadUpdateListener {
  private @Nullable BufferedImage picture;

  /** Where a reader that tells of no row puts them. */
  private @Nullable BufferedImage target;

  /** Returns parameters for a reader that does not tell of the rows that it has decoded. */
  ImageReadParam target(ImageReader reader) throws IOException {
    BufferedImage blank =
        reader.getImageTypes(0).next().createBufferedImage(reader.getWidth(0), reader.getHeight(0));
    target = blank;
    ImageReadParam parameters = reader.getDefaultReadParam();
    parameters.setDestination(blank);
    return parameters;
  }

  /** Returns the picture; empty if no row of it was decoded, or nothing but zeros. */
  Optional<BufferedImage> picture() {
    return picture == null
        ? Optional.ofNullable(target).filter(it -> !isBlank(it))
        : Optional.of(picture);
  }

  private static boolean isBlank(BufferedImage image) {
    DataBuffer samples = image.getRaster().getDataBuffer();
    return IntStream.range(0, samples.getNumBanks())
        .allMatch(
            bank ->
                IntStream.range(0, samples.getSize()).allMatch(i -> samples.getElem(bank, i) == 0));
  }

  @Override
  public void imageUpdate(
      ImageReader source,
      BufferedImage image,
      int minX,
      int minY,
      int width,
      int height,
      int periodX,
      int periodY,
      int[] bands) {
    picture = image;
  }

  @Override
  public void passStarted(
      ImageReader source,
      BufferedImage image,
      int pass,
      int minPass,
      int maxPass,
      int minX,
      int minY,
      int periodX,
      int periodY,
      int[] bands) {}

  @Override
  public void passComplete(ImageReader source, BufferedImage image) {}

  @Override
  public void thumbnailPassStarted(
      ImageReader source,
      BufferedImage image,
      int pass,
      int minPass,
      int maxPass,
      int minX,
      int minY,
      int periodX,
      int periodY,
      int[] bands) {}

  @Override
  public void thumbnailUpdate(
      ImageReader source,
      BufferedImage image,
      int minX,
      int minY,
      int width,
      int height,
      int periodX,
      int periodY,
      int[] bands) {}

  @Override
  public void thumbnailPassComplete(ImageReader source, BufferedImage image) {}
}
