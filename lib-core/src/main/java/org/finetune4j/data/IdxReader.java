package org.finetune4j.data;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import java.util.zip.GZIPInputStream;
import org.finetune4j.files.AtomicFiles;
import org.finetune4j.image.Image;
import org.finetune4j.image.ImageSize;
import org.finetune4j.target.Labels;

/**
 * Reads the IDX files of MNIST and its relatives (LeCun, Cortes, Burges): gray pictures in one
 * file, class numbers in another; plain or gzipped. Pictures keep their order.
 */
public final class IdxReader {
  private static final int IMAGES = 0x0803;
  private static final int LABELS = 0x0801;
  private static final int MAX_BYTES = 1 << 30;

  private IdxReader() {}

  /**
   * Reads pictures whose classes are named by their digit, "0" to "9".
   *
   * @param images for example {@code train-images-idx3-ubyte}
   * @param labels for example {@code train-labels-idx1-ubyte}
   * @throws IOException if a file is missing or not of this form; the message names it
   */
  public static ImageDataset read(Path images, Path labels) throws IOException {
    return read(
        images, labels, Labels.of(IntStream.range(0, 10).mapToObj(Integer::toString).toList()));
  }

  /**
   * Reads pictures whose class numbers are the indices of these labels.
   *
   * @throws IOException if a file is missing or not of this form; the message names it
   */
  public static ImageDataset read(Path images, Path labels, Labels names) throws IOException {
    Objects.requireNonNull(labels, "labels");
    Objects.requireNonNull(names, "names");
    ByteBuffer pixels = content(Objects.requireNonNull(images, "images"), IMAGES, 3);
    ByteBuffer classes = content(labels, LABELS, 1);
    int count = pixels.getInt();
    int height = pixels.getInt();
    int width = pixels.getInt();
    int labelCount = classes.getInt();
    if (width < 1 || height < 1 || (long) count * width * height != pixels.remaining()) {
      throw new IOException(
          images
              + " announces "
              + count
              + " pictures of "
              + width
              + "x"
              + height
              + ", but has "
              + pixels.remaining()
              + " bytes of pixels.");
    }
    if (labelCount != count || classes.remaining() != count) {
      throw new IOException(
          labels + " has " + classes.remaining() + " labels for " + count + " pictures.");
    }
    ImageSize size = new ImageSize(width, height);
    List<LabeledImage> result = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      byte[] samples = new byte[width * height];
      pixels.get(samples);
      int label = classes.get() & 0xFF;
      if (label >= names.size()) {
        throw new IOException(
            labels + ": label " + i + " must be below " + names.size() + ", but is " + label + ".");
      }
      result.add(
          LabeledImage.of(images.getFileName() + "#" + i, Image.wrap(size, 1, samples), label));
    }
    return ImageDataset.of(names, result);
  }

  private static ByteBuffer content(Path file, int magic, int dimensions) throws IOException {
    AtomicFiles.requireRegular(file);
    byte[] bytes = Files.readAllBytes(file);
    if (bytes.length > 2 && bytes[0] == 0x1F && bytes[1] == (byte) 0x8B) {
      try (InputStream in = new GZIPInputStream(Files.newInputStream(file))) {
        bytes = in.readNBytes(MAX_BYTES);
      }
    }
    ByteBuffer buffer = ByteBuffer.wrap(bytes);
    if (bytes.length < 4 * (1 + dimensions) || buffer.getInt() != magic) {
      throw new IOException(
          file + " is no IDX file of unsigned bytes with " + dimensions + " dimension(s).");
    }
    return buffer;
  }
}
