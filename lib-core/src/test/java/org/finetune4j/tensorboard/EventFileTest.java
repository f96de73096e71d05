package org.finetune4j.tensorboard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import javax.imageio.ImageIO;
import org.finetune4j.image.Image;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Event files as a parser reads them that knows only TensorFlow's description of the format. */
public class EventFileTest {
  @TempDir Path folder;

  /** A field of a message: a number, or bytes. */
  private record Field(int number, long value, ByteBuffer content) {}

  private static List<Field> fields(ByteBuffer message) {
    ByteBuffer in = message.duplicate().order(ByteOrder.LITTLE_ENDIAN);
    List<Field> fields = new ArrayList<>();
    while (in.hasRemaining()) {
      long tag = varint(in);
      int number = (int) (tag >>> 3);
      switch ((int) tag & 7) {
        case 0 -> fields.add(new Field(number, varint(in), ByteBuffer.allocate(0)));
        case 1 -> fields.add(new Field(number, in.getLong(), ByteBuffer.allocate(0)));
        case 5 -> fields.add(new Field(number, in.getInt(), ByteBuffer.allocate(0)));
        case 2 -> {
          int length = (int) varint(in);
          fields.add(new Field(number, length, in.slice(in.position(), length)));
          in.position(in.position() + length);
        }
        default -> throw new IllegalArgumentException("wire type of tag " + tag);
      }
    }
    return fields;
  }

  private static long varint(ByteBuffer in) {
    long value = 0;
    for (int shift = 0; ; shift += 7) {
      byte next = in.get();
      value |= (long) (next & 0x7F) << shift;
      if (next >= 0) {
        return value;
      }
    }
  }

  private static Field field(List<Field> fields, int number) {
    return fields.stream().filter(it -> it.number() == number).findFirst().orElseThrow();
  }

  private static String text(ByteBuffer bytes) {
    return StandardCharsets.UTF_8.decode(bytes.duplicate()).toString();
  }

  /** CRC-32C bit by bit, masked as TensorFlow masks it. */
  private static int check(ByteBuffer bytes) {
    int crc = -1;
    ByteBuffer in = bytes.duplicate();
    while (in.hasRemaining()) {
      crc ^= in.get() & 0xFF;
      for (int bit = 0; bit < 8; bit++) {
        crc = crc >>> 1 ^ ((crc & 1) == 0 ? 0 : 0x82F63B78);
      }
    }
    return Integer.rotateRight(~crc, 15) + 0xA282EAD8;
  }

  private static List<List<Field>> events(Path folder) throws IOException {
    Path file;
    try (var files = Files.list(folder)) {
      file = files.filter(it -> it.toString().contains("tfevents")).findFirst().orElseThrow();
    }
    ByteBuffer in = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
    List<List<Field>> events = new ArrayList<>();
    while (in.hasRemaining()) {
      int start = in.position();
      int length = (int) in.getLong();
      assertThat(in.getInt()).isEqualTo(check(in.slice(start, 8)));
      ByteBuffer event = in.slice(in.position(), length);
      in.position(in.position() + length);
      assertThat(in.getInt()).isEqualTo(check(event));
      events.add(fields(event));
    }
    assertThat(text(field(events.get(0), 3).content())).isEqualTo("brain.Event:2");
    return events.subList(1, events.size());
  }

  /** Returns the curves of a run: the numbers by tag and step; a step that is there twice fails. */
  public static Map<String, Map<Long, Float>> scalars(Path folder) throws IOException {
    Map<String, Map<Long, Float>> curves = new TreeMap<>();
    for (List<Field> event : events(folder)) {
      List<Field> value = value(event);
      long step = field(event, 2).value();
      Float before =
          curves
              .computeIfAbsent(text(field(value, 1).content()), tag -> new TreeMap<>())
              .put(step, Float.intBitsToFloat((int) field(value, 2).value()));
      assertThat(before).as("step %d is there once", step).isNull();
    }
    return curves;
  }

  private static List<Field> value(List<Field> event) {
    double seconds = Double.longBitsToDouble(field(event, 1).value());
    assertThat(seconds).isCloseTo(System.currentTimeMillis() / 1000.0, within(3600.0));
    return fields(field(fields(field(event, 5).content()), 1).content());
  }

  @Test
  void numbersAreReadAsTheyWereWritten() throws IOException {
    EventFile file = EventFile.in(folder.resolve("run"), 0);
    file.scalar("loss", 1, 0.5);
    file.scalar("loss", 300, Double.NaN);
    file.scalar("größe/µ", 1, -1e30);
    Map<String, Map<Long, Float>> curves = scalars(folder.resolve("run"));
    assertThat(curves.get("loss")).isEqualTo(Map.of(1L, 0.5f, 300L, Float.NaN));
    assertThat(curves.get("größe/µ")).isEqualTo(Map.of(1L, -1e30f));
  }

  @Test
  void picturesAreReadAsTheyWereWritten() throws IOException {
    Image image =
        Image.of(3, 2, new byte[] {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, -1, 0, 127});
    EventFile.in(folder, 0).picture("sample", 7, image);
    List<Field> event = events(folder).get(0);
    assertThat(field(event, 2).value()).isEqualTo(7);
    List<Field> value = value(event);
    assertThat(text(field(value, 1).content())).isEqualTo("sample");
    List<Field> written = fields(field(value, 4).content());
    assertThat(field(written, 1).value()).isEqualTo(2);
    assertThat(field(written, 2).value()).isEqualTo(3);
    assertThat(field(written, 3).value()).isEqualTo(3);
    ByteBuffer content = field(written, 4).content();
    byte[] png = new byte[content.remaining()];
    content.get(png);
    BufferedImage read = ImageIO.read(new ByteArrayInputStream(png));
    byte[] samples = image.samples();
    for (int i = 0; i < 6; i++) {
      int rgb = read.getRGB(i % 3, i / 3);
      assertThat(rgb >> 16 & 0xFF).isEqualTo(samples[3 * i] & 0xFF);
      assertThat(rgb >> 8 & 0xFF).isEqualTo(samples[3 * i + 1] & 0xFF);
      assertThat(rgb & 0xFF).isEqualTo(samples[3 * i + 2] & 0xFF);
    }
  }

  @Test
  void aRunThatGoesOnDropsWhatItWritesAnewAndWhatAKilledOneLeftBehind() throws IOException {
    EventFile killed = EventFile.in(folder, 0);
    for (int step = 1; step <= 5; step++) {
      killed.scalar("loss", step, step);
    }
    Path file;
    try (var files = Files.list(folder)) {
      file = files.findFirst().orElseThrow();
    }
    Files.write(file, new byte[] {40, 0, 0, 0, 0}, StandardOpenOption.APPEND);
    EventFile goesOn = EventFile.in(folder, 4);
    goesOn.scalar("loss", 4, 40);
    assertThat(scalars(folder)).isEqualTo(Map.of("loss", Map.of(1L, 1f, 2L, 2f, 3L, 3f, 4L, 40f)));
    EventFile.in(folder, 0);
    assertThat(scalars(folder)).isEmpty();
  }
}
