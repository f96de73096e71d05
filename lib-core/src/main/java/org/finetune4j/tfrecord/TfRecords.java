package org.finetune4j.tfrecord;

import com.google.protobuf.ByteString;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeSet;
import org.finetune4j.data.ImageDataset;
import org.finetune4j.data.LabeledImage;
import org.finetune4j.files.AtomicFiles;
import org.finetune4j.files.RecordFile;
import org.finetune4j.target.Labels;
import org.finetune4j.target.Target;
import org.finetune4j.text.NaturalOrder;

/**
 * Labelled pictures in TFRecord files: one {@code tf.train.Example} each, with the bytes of a
 * picture file and a label that is the name of a class or its index. Immutable; every {@code with}
 * returns another.
 *
 * <pre>{@code
 * TfRecords format = TfRecords.standard().withFields("image/encoded", "image/class/text");
 * ImageDataset train = format.read(List.of(Path.of("train-00000-of-00002"), ...));
 * TfRecords.standard().write(photos, Path.of("photos.tfrecord"));
 * }</pre>
 *
 * <p>Each record is checked when the files are read, and again when its picture is; pictures are
 * not kept in memory.
 *
 * @param imageField the feature with the picture's bytes
 * @param labelField the feature with the label, bytes (a name, in UTF-8) or an integer (an index
 *     from 0)
 * @param labels what indices mean, and which names there are; empty for those that are found
 */
public record TfRecords(String imageField, String labelField, Optional<Labels> labels) {

  /** Where a picture lies. */
  private record Place(Path file, long offset, int length, int bytes, String label) {}

  /** Features {@code image} and {@code label}, as TensorFlow Datasets names them. */
  public static TfRecords standard() {
    return new TfRecords("image", "label", Optional.empty());
  }

  /** Returns one with other names of the two features. */
  public TfRecords withFields(String image, String label) {
    return new TfRecords(
        Objects.requireNonNull(image, "image"), Objects.requireNonNull(label, "label"), labels);
  }

  /** Returns one for known labels. */
  public TfRecords withLabels(Labels known) {
    return new TfRecords(
        imageField, labelField, Optional.of(Objects.requireNonNull(known, "known")));
  }

  /**
   * Reads files, in this order.
   *
   * @return pictures named {@code <file>#<number from 0>}; without known labels, indices 0 to n - 1
   *     are the classes {@code 0} to {@code n - 1}, and names are in natural order
   * @throws IOException if a file is damaged, compressed or no TFRecord file, or a record lacks one
   *     of the two features; the message names the file and the record
   * @throws IllegalArgumentException if a label is not among the known ones, or there is no record
   */
  public ImageDataset read(List<Path> files) throws IOException {
    List<Place> places = new ArrayList<>();
    List<String> names = new ArrayList<>();
    for (Path file : files) {
      int first = places.size();
      RecordFile.read(
          file,
          (offset, record) -> {
            String name = file.getFileName() + "#" + (places.size() - first);
            places.add(place(name, file, offset, record));
            names.add(name);
          });
    }
    if (places.isEmpty()) {
      throw new IllegalArgumentException("There is no record in " + files + ".");
    }
    Labels known = labels.orElseGet(() -> found(places));
    List<LabeledImage> images = new ArrayList<>();
    for (int i = 0; i < places.size(); i++) {
      Place place = places.get(i);
      images.add(
          LabeledImage.of(
              names.get(i),
              place.bytes(),
              () -> picture(place),
              Target.label(index(known, names.get(i), place.label()))));
    }
    return ImageDataset.of(known, images);
  }

  private Place place(String name, Path file, long offset, byte[] record) throws IOException {
    Example example = parse(name, record);
    ByteString image = image(name, example);
    Optional<String> label =
        example
            .integer(labelField)
            .map(index -> Long.toString(index))
            .or(() -> example.bytes(labelField).map(ByteString::toStringUtf8));
    return new Place(
        file,
        offset,
        record.length,
        image.size(),
        label.orElseThrow(() -> missing(name, labelField, example)));
  }

  private byte[] picture(Place place) throws IOException {
    byte[] record = RecordFile.read(place.file(), place.offset(), place.length());
    String name = place.file() + " at byte " + place.offset();
    return image(name, parse(name, record)).toByteArray();
  }

  private ByteString image(String name, Example example) throws IOException {
    return example.bytes(imageField).orElseThrow(() -> missing(name, imageField, example));
  }

  private static Example parse(String name, byte[] record) throws IOException {
    try {
      return Example.parse(record);
    } catch (IOException e) {
      throw new IOException(name + " is no tf.train.Example: " + e.getMessage(), e);
    }
  }

  private static IOException missing(String name, String field, Example example) {
    return new IOException(
        String.format(
            Locale.ROOT,
            "%s has no feature '%s' that fits, only %s. Name it with"
                + " TfRecords.standard().withFields(image, label).",
            name,
            field,
            example.names()));
  }

  private static Labels found(List<Place> places) {
    TreeSet<String> names = new TreeSet<>(NaturalOrder.INSTANCE);
    places.forEach(place -> names.add(place.label()));
    if (names.stream().allMatch(name -> name.matches("[0-9]{1,6}"))) {
      int most = Integer.parseInt(names.last());
      List<String> all = new ArrayList<>();
      for (int i = 0; i <= most; i++) {
        all.add(Integer.toString(i));
      }
      return Labels.of(all);
    }
    return Labels.of(List.copyOf(names));
  }

  private static int index(Labels known, String name, String label) {
    if (known.contains(label)) {
      return known.indexOf(label);
    }
    int index = label.matches("[0-9]{1,6}") ? Integer.parseInt(label) : -1;
    if (index < 0 || index >= known.size()) {
      throw new IllegalArgumentException(
          name + " has the label '" + label + "', which is not among " + known + ".");
    }
    return index;
  }

  /**
   * Writes pictures, each as its file is (those in memory as PNG), with the index of its class
   * under {@link #labelField}, the class's name under {@code <labelField>/text} and the picture's
   * name under {@code <imageField>/name}. The file appears under its name when it is complete.
   *
   * @throws IOException if a picture cannot be read or the file not be written
   */
  public void write(ImageDataset images, Path file) throws IOException {
    AtomicFiles.write(
        file,
        stream -> {
          OutputStream out = new BufferedOutputStream(stream, 1 << 18);
          for (LabeledImage image : images.images()) {
            Example example =
                new Example()
                    .with(imageField, image.encoded())
                    .with(labelField, image.label())
                    .with(labelField + "/text", images.labels().name(image.label()))
                    .with(imageField + "/name", image.name());
            RecordFile.write(out, example.toBytes());
          }
          out.flush();
        });
  }
}
