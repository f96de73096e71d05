package org.finetune4j.hostile;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.finetune4j.archive.PictureArchive;
import org.finetune4j.data.CsvReader;
import org.finetune4j.data.ImageDataset;
import org.finetune4j.data.LabeledImage;
import org.finetune4j.files.RecordFile;
import org.finetune4j.picture.ImageDecoder;
import org.finetune4j.testing.Stripes;
import org.finetune4j.tfrecord.TfRecords;

/** Pictures in TFRecord files and zip archives, and lists of them. */
final class HostileLists {
  static final String RECORDS = "photos.tfrecord";
  static final String ZIP = "photos.zip";
  static final String CSV = "photos.csv";
  private static final Mutation BYTES = Fields.anyBytes().repeated();
  private static final Mutation EXAMPLE = Mutation.oneOf(new ProtobufFields(), BYTES).repeated();

  private HostileLists() {}

  /** Reads every picture; one that cannot be read is no damage to the others. */
  private static int decode(ImageDataset images) {
    int unreadable = 0;
    for (LabeledImage image : images.images()) {
      try {
        image.decode(ImageDecoder.standard());
      } catch (IOException documented) {
        unreadable++;
      }
    }
    return unreadable;
  }

  private static Subject.Reader documented(Subject.Reader reader) {
    return folder -> {
      try {
        reader.read(folder);
      } catch (IllegalArgumentException e) {
        throw new IOException(e);
      }
    };
  }

  static Subject records(Path folder) throws IOException {
    Path file = folder.resolve(RECORDS);
    TfRecords.standard().write(Stripes.of(3, 1), file);
    return new Subject(
        "TFRecord files",
        List.of(Map.of(RECORDS, Files.readAllBytes(file))),
        Subject.Change.of(HostileLists::changeRecords),
        HostileLists::readRecords);
  }

  static void readRecords(Path folder) throws IOException {
    documented(it -> decode(TfRecords.standard().read(List.of(it.resolve(RECORDS))))).read(folder);
  }

  /** Changes a record; its checks are right, mostly. */
  private static byte[] changeRecords(byte[] file, SplittableRandom random) {
    if (random.nextInt(5) == 0) {
      return BYTES.apply(file, random);
    }
    List<byte[]> records = new ArrayList<>();
    ByteBuffer bytes = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN);
    while (bytes.hasRemaining()) {
      byte[] record = new byte[(int) bytes.getLong()];
      bytes.getInt();
      bytes.get(record).getInt();
      records.add(record);
    }
    int at = random.nextInt(records.size());
    records.set(at, EXAMPLE.apply(records.get(at), random));
    ByteArrayOutputStream changed = new ByteArrayOutputStream();
    try {
      for (byte[] record : records) {
        RecordFile.write(changed, record);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return changed.toByteArray();
  }

  static Subject archives() throws IOException {
    Map<String, byte[]> parts = new LinkedHashMap<>();
    pictures().forEach((name, bytes) -> parts.put("photos/" + name, bytes));
    return new Subject(
        "zip archives",
        List.of(
            Map.of(ZIP, ZipParts.write(parts, true)), Map.of(ZIP, ZipParts.write(parts, false))),
        Subject.Change.of(Mutation.oneOf(BYTES, ZipParts.of(BYTES, BYTES))),
        HostileLists::readArchive);
  }

  static void readArchive(Path folder) throws IOException {
    documented(
            it -> {
              try (PictureArchive archive = PictureArchive.open(it.resolve(ZIP))) {
                decode(archive.dataset());
              }
            })
        .read(folder);
  }

  static Map<String, byte[]> pictures() throws IOException {
    Map<String, byte[]> pictures = new LinkedHashMap<>();
    ImageDataset stripes = Stripes.of(4, 1);
    for (int i = 0; i < stripes.size(); i++) {
      pictures.put("class" + i % 2 + "/" + i + ".png", stripes.get(i).encoded());
    }
    return pictures;
  }

  static Subject lists() throws IOException {
    Map<String, byte[]> files = new LinkedHashMap<>(pictures());
    StringBuilder text = new StringBuilder("file,label,\"note\"\n");
    files
        .keySet()
        .forEach(name -> text.append('"').append(name).append("\",a;b,\"x \"\"y\"\"\"\n"));
    files.put(CSV, text.toString().getBytes(StandardCharsets.UTF_8));
    return new Subject(
        "CSV lists",
        List.of(files),
        (originals, random) -> {
          Map<String, byte[]> changed = new LinkedHashMap<>(originals);
          changed.computeIfPresent(CSV, (name, bytes) -> changeText(bytes, random));
          return changed;
        },
        HostileLists::readList);
  }

  static void readList(Path folder) throws IOException {
    Path csv = folder.resolve(CSV);
    documented(
            it ->
                decode(
                    random(csv)
                        ? CsvReader.of(csv).read()
                        : CsvReader.of(csv).tagsColumn("label", ";").read()))
        .read(folder);
  }

  /** The same for the same file. */
  private static boolean random(Path csv) throws IOException {
    return Arrays.hashCode(new ByteArrayInputStream(Files.readAllBytes(csv)).readAllBytes()) % 2
        == 0;
  }

  private static byte[] changeText(byte[] text, SplittableRandom random) {
    List<String> words =
        List.of(
            "\"", ",", ";", "\n", "\r", "\t", "\0", "\uFEFF", "../", "/dev/zero", "\uFFFD", "é");
    if (random.nextInt(4) == 0) {
      return BYTES.apply(text, random);
    }
    String word = words.get(random.nextInt(words.size()));
    String before = new String(text, StandardCharsets.UTF_8);
    int at = random.nextInt(before.length() + 1);
    int times = random.nextInt(10) == 0 ? 100_000 : 1;
    return (before.substring(0, at) + word.repeat(times) + before.substring(at))
        .getBytes(StandardCharsets.UTF_8);
  }
}
