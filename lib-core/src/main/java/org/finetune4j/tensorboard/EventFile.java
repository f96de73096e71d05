package org.finetune4j.tensorboard;

import java.awt.image.BufferedImage;
import java.io.BufferedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import javax.imageio.ImageIO;
import org.finetune4j.files.AtomicFiles;
import org.finetune4j.files.RecordFile;
import org.finetune4j.image.Image;

/**
 * A file of events that TensorBoard reads: numbers and pictures by step. Every event is on the disk
 * when the method returns; a file that a killed process left is mended. One writer at a time; not
 * thread-safe.
 *
 * <pre>{@code
 * EventFile events = EventFile.in(Path.of("logs", "run-1"), 0);
 * events.scalar("loss", 1, 0.7);
 * events.picture("sample", 1, image);
 * }</pre>
 *
 * <p>Shown by {@code tensorboard --logdir logs}; each folder is a run.
 */
public final class EventFile {
  /** TensorBoard looks for {@code tfevents} in the name; a fixed one is found again. */
  private static final String NAME = "events.out.tfevents.0000000000.finetune4j";

  private final Path file;

  private EventFile(Path file) {
    this.file = file;
  }

  /**
   * Opens the file of a folder, and makes both if they are missing.
   *
   * @param folder the run
   * @param step events of this step and later ones are dropped: a run that goes on writes them
   *     anew. 0 begins anew
   * @throws IOException if the file cannot be written
   */
  public static EventFile in(Path folder, long step) throws IOException {
    EventFile events = new EventFile(folder.resolve(NAME));
    List<byte[]> kept = events.before(step);
    if (kept.isEmpty()) {
      kept = List.of(Event.version(now()));
    }
    List<byte[]> all = kept;
    AtomicFiles.write(
        events.file,
        out -> {
          for (byte[] event : all) {
            RecordFile.write(out, event);
          }
        });
    return events;
  }

  private List<byte[]> before(long step) {
    List<byte[]> kept = new ArrayList<>();
    try {
      if (Files.isRegularFile(file) && step > 0) {
        RecordFile.read(
            file,
            (offset, event) -> {
              if (Event.step(event) < step) {
                kept.add(event);
              }
            });
      }
    } catch (IOException e) {
      // What a killed process left at the end is cut off; what is before it is kept.
      return kept;
    }
    return kept;
  }

  private static double now() {
    return System.currentTimeMillis() / 1000.0;
  }

  /**
   * Writes a number.
   *
   * @param tag the name of its curve; a slash puts curves together
   * @param step where it stands, 0 or more
   * @param value kept as float32
   * @throws IOException if it cannot be written
   */
  public void scalar(String tag, long step, double value) throws IOException {
    append(Event.scalar(now(), step, tag, (float) value));
  }

  /**
   * Writes a picture.
   *
   * @param tag the name of its row
   * @param step where it stands, 0 or more
   * @throws IOException if it cannot be written
   */
  public void picture(String tag, long step, Image image) throws IOException {
    byte[] png = png(image);
    append(Event.picture(now(), step, tag, image.width(), image.height(), image.channels(), png));
  }

  private static byte[] png(Image image) throws IOException {
    boolean gray = image.channels() == 1;
    BufferedImage picture =
        new BufferedImage(
            image.width(),
            image.height(),
            gray ? BufferedImage.TYPE_BYTE_GRAY : BufferedImage.TYPE_INT_RGB);
    byte[] samples = image.samples();
    if (gray) {
      picture.getRaster().setDataElements(0, 0, image.width(), image.height(), samples);
    } else {
      for (int i = 0; i < samples.length / 3; i++) {
        int red = samples[3 * i] & 0xFF;
        int green = samples[3 * i + 1] & 0xFF;
        int blue = samples[3 * i + 2] & 0xFF;
        picture.setRGB(i % image.width(), i / image.width(), red << 16 | green << 8 | blue);
      }
    }
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    ImageIO.write(picture, "png", bytes);
    return bytes.toByteArray();
  }

  private void append(byte[] event) throws IOException {
    try (OutputStream out =
        new BufferedOutputStream(Files.newOutputStream(file, StandardOpenOption.APPEND))) {
      RecordFile.write(out, event);
    }
  }
}
