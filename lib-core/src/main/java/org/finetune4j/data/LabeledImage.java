package org.finetune4j.data;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Objects;
import java.util.Optional;
import org.finetune4j.files.AtomicFiles;
import org.finetune4j.image.Image;
import org.finetune4j.picture.ImageDecoder;
import org.finetune4j.picture.ImageEncoder;
import org.finetune4j.target.Labels;
import org.finetune4j.target.Target;

/**
 * A picture with its right answer (a class, tags or numbers): a file, the bytes of a file, or
 * pixels in memory. A file is read when it is asked for, not before. Immutable, safe to share
 * between threads.
 */
public final class LabeledImage {
  /** Where the pixels come from. */
  private sealed interface Source {}

  private record InFile(Path path) implements Source {}

  private static final class Encoded implements Source {
    final byte[] bytes;

    Encoded(byte[] bytes) {
      this.bytes = bytes;
    }
  }

  private record Pixels(Image image) implements Source {}

  private record Elsewhere(long length, Reader reader) implements Source {}

  /** Reads the bytes of a picture file that lies in something else: an archive, a record file. */
  @FunctionalInterface
  public interface Reader {
    /**
     * Returns the whole picture file; called from several threads.
     *
     * @throws IOException if it cannot be read; the message names it
     */
    byte[] read() throws IOException;
  }

  private static final int MIDDLE = 1024;

  private final String name;
  private final Target target;
  private final String group;
  private final Source source;

  private LabeledImage(String name, Target target, String group, Source source) {
    this.name = Objects.requireNonNull(name, "name");
    this.target = Objects.requireNonNull(target, "target");
    this.group = group;
    this.source = source;
  }

  /**
   * Returns a picture in a file.
   *
   * @param file an image file, read at each use
   * @param label index of its class in the dataset's {@link Labels}
   */
  public static LabeledImage of(Path file, int label) {
    return of(file.toString(), file, label);
  }

  /**
   * Returns a picture in a file.
   *
   * @param file an image file, read at each use
   * @param target its class, tags or numbers
   */
  public static LabeledImage of(Path file, Target target) {
    return of(file.toString(), file, Objects.requireNonNull(target, "target"));
  }

  /**
   * Returns a picture in a file, under another name than its path.
   *
   * @param name for messages and result tables
   * @param file an image file, read at each use
   * @param label index of its class in the dataset's {@link Labels}
   */
  public static LabeledImage of(String name, Path file, int label) {
    return of(name, file, Target.label(label));
  }

  /**
   * Returns a picture in a file, under another name than its path.
   *
   * @param name for messages and result tables
   * @param file an image file, read at each use
   * @param target its class, tags or numbers
   */
  public static LabeledImage of(String name, Path file, Target target) {
    return new LabeledImage(name, target, "", new InFile(Objects.requireNonNull(file, "file")));
  }

  /**
   * Returns a picture in the bytes of an image file (a copy of them).
   *
   * @param name for messages and result tables
   * @param encoded a whole file: JPEG, PNG, ...
   * @param label index of its class in the dataset's {@link Labels}
   */
  public static LabeledImage of(String name, byte[] encoded, int label) {
    return of(name, encoded, Target.label(label));
  }

  /**
   * Returns a picture in the bytes of an image file (a copy of them).
   *
   * @param name for messages and result tables
   * @param encoded a whole file: JPEG, PNG, ...
   * @param target its class, tags or numbers
   */
  public static LabeledImage of(String name, byte[] encoded, Target target) {
    return new LabeledImage(name, target, "", new Encoded(encoded.clone()));
  }

  /**
   * Returns a picture whose file lies in something else, and is read at each use.
   *
   * @param name for messages and result tables
   * @param length of the file in bytes
   * @param reader gives the bytes of the file: JPEG, PNG, ...
   * @param target its class, tags or numbers
   */
  public static LabeledImage of(String name, long length, Reader reader, Target target) {
    return new LabeledImage(
        name, target, "", new Elsewhere(length, Objects.requireNonNull(reader, "reader")));
  }

  /**
   * Returns a picture whose pixels are in memory.
   *
   * @param name for messages and result tables
   * @param image the pixels
   * @param label index of its class in the dataset's {@link Labels}
   */
  public static LabeledImage of(String name, Image image, int label) {
    return of(name, image, Target.label(label));
  }

  /**
   * Returns a picture whose pixels are in memory.
   *
   * @param name for messages and result tables
   * @param image the pixels
   * @param target its class, tags or numbers
   */
  public static LabeledImage of(String name, Image image, Target target) {
    return new LabeledImage(name, target, "", new Pixels(Objects.requireNonNull(image, "image")));
  }

  /** Returns the name that was given, or the path of the file if none was. */
  public String name() {
    return name;
  }

  /**
   * Returns the index of its class in the dataset's {@link Labels}.
   *
   * @throws IllegalStateException if it has tags or numbers
   */
  public int label() {
    if (target instanceof Target.Label label) {
      return label.index();
    }
    throw new IllegalStateException(
        "This works with one label per picture, but " + name + " has " + target + ".");
  }

  /** Returns its class, tags or numbers. */
  public Target target() {
    return target;
  }

  /**
   * Returns the name of the group it belongs to (a patient, a camera, a burst), which no split
   * divides; empty if it stands alone.
   */
  public String group() {
    return group;
  }

  /** Returns the file, if the picture is in one. */
  public Optional<Path> path() {
    return source instanceof InFile file ? Optional.of(file.path()) : Optional.empty();
  }

  /** Returns the same picture as one of another class. */
  public LabeledImage withLabel(int newLabel) {
    return withTarget(Target.label(newLabel));
  }

  /** Returns the same picture with another answer. */
  public LabeledImage withTarget(Target newTarget) {
    return new LabeledImage(name, Objects.requireNonNull(newTarget, "newTarget"), group, source);
  }

  /** Returns the same picture as one of a group; an empty name takes it out of any. */
  public LabeledImage withGroup(String newGroup) {
    return new LabeledImage(name, target, Objects.requireNonNull(newGroup, "newGroup"), source);
  }

  /**
   * Returns the picture with its file's bytes read into memory, so that {@link #sha256} and {@link
   * #decode} see the same bytes and the file is read once; itself if it is in memory already.
   *
   * @throws IOException if the file cannot be read, or has more bytes than {@link
   *     ImageDecoder#standard} takes
   */
  public LabeledImage load() throws IOException {
    if (source instanceof InFile || source instanceof Elsewhere) {
      return new LabeledImage(name, target, group, new Encoded(encoded()));
    }
    return this;
  }

  /**
   * Returns the picture with its file's bytes read into memory, as {@link #load()}; messages name
   * the file.
   *
   * @param decoder its limit of bytes holds
   */
  LabeledImage load(ImageDecoder decoder) throws IOException {
    if (source instanceof InFile file) {
      return new LabeledImage(
          file.path().toString(), target, group, new Encoded(decoder.read(file.path())));
    }
    return load();
  }

  /**
   * Returns the bytes of the picture's file; of pixels in memory, those of a PNG file.
   *
   * @throws IOException if the file cannot be read, or has more bytes than {@link
   *     ImageDecoder#standard} takes
   */
  public byte[] encoded() throws IOException {
    if (source instanceof InFile file) {
      return ImageDecoder.standard().read(file.path());
    } else if (source instanceof Elsewhere elsewhere) {
      return elsewhere.reader().read();
    } else if (source instanceof Encoded encoded) {
      return encoded.bytes.clone();
    }
    return ImageEncoder.png(((Pixels) source).image());
  }

  /**
   * Returns the pixels.
   *
   * @throws IOException if the file cannot be read or is no picture that the decoder takes; the
   *     message names it
   */
  public Image decode(ImageDecoder decoder) throws IOException {
    Objects.requireNonNull(decoder, "decoder");
    if (source instanceof InFile file) {
      return decoder.decode(file.path());
    }
    if (source instanceof Encoded encoded) {
      return decoder.decode(name, encoded.bytes);
    }
    if (source instanceof Elsewhere elsewhere) {
      return decoder.decode(name, elsewhere.reader().read());
    }
    return ((Pixels) source).image();
  }

  /**
   * Returns the SHA-256 of the file's bytes, in hexadecimal: the same picture has the same value
   * wherever it lies. For pixels in memory it is taken from size, channels and samples.
   *
   * @throws IOException if the file cannot be read, or has more bytes than {@link
   *     ImageDecoder#standard} takes
   */
  public String sha256() throws IOException {
    return sha256(ImageDecoder.standard());
  }

  /**
   * Returns {@link #sha256()} of a file that a decoder takes.
   *
   * @param decoder its limit of bytes holds
   * @throws IOException if the file cannot be read, or has more bytes than the decoder takes
   */
  public String sha256(ImageDecoder decoder) throws IOException {
    Objects.requireNonNull(decoder, "decoder");
    MessageDigest digest = newSha256();
    if (source instanceof InFile file) {
      try (DigestInputStream in = new DigestInputStream(decoder.open(file.path()), digest)) {
        in.transferTo(OutputStream.nullOutputStream());
      }
    } else if (source instanceof Encoded encoded) {
      digest.update(encoded.bytes);
    } else if (source instanceof Elsewhere elsewhere) {
      digest.update(elsewhere.reader().read());
    } else {
      Image image = ((Pixels) source).image();
      digest.update((image + ":").getBytes(StandardCharsets.UTF_8));
      digest.update(image.samples());
    }
    return HexFormat.of().formatHex(digest.digest());
  }

  /** Returns the number of bytes that {@link #sha256} is taken from, or of the samples. */
  long length() throws IOException {
    if (source instanceof InFile file) {
      return Files.size(file.path());
    }
    if (source instanceof Encoded encoded) {
      return encoded.bytes.length;
    }
    if (source instanceof Elsewhere elsewhere) {
      return elsewhere.length();
    }
    Image image = ((Pixels) source).image();
    return (long) image.width() * image.height() * image.channels();
  }

  /** Returns some bytes of the middle; of pixels in memory nothing. */
  ByteBuffer middle() throws IOException {
    if (source instanceof InFile file) {
      AtomicFiles.requireRegular(file.path());
      try (SeekableByteChannel channel = Files.newByteChannel(file.path())) {
        ByteBuffer middle = ByteBuffer.allocate(MIDDLE);
        channel.position(channel.size() / 2);
        while (middle.hasRemaining() && channel.read(middle) >= 0) {}
        return middle.flip();
      }
    }
    if (source instanceof Elsewhere elsewhere) {
      byte[] bytes = elsewhere.reader().read();
      return ByteBuffer.wrap(bytes, bytes.length / 2, Math.min((bytes.length + 1) / 2, MIDDLE));
    }
    return source instanceof Encoded encoded
        ? ByteBuffer.wrap(encoded.bytes, encoded.bytes.length / 2, 0)
            .limit(Math.min(encoded.bytes.length, encoded.bytes.length / 2 + MIDDLE))
        : ByteBuffer.allocate(0);
  }

  static MessageDigest newSha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Every Java platform has SHA-256.", e);
    }
  }

  /** Returns for example {@code cats/1.jpg (class 0)}. */
  @Override
  public String toString() {
    return name
        + (target instanceof Target.Label label
            ? " (class " + label.index() + ")"
            : " (" + target + ")");
  }
}
