package org.finetune4j.picture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import com.sun.management.ThreadMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.URI;
import java.net.URL;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.finetune4j.image.Image;
import org.junit.jupiter.api.Test;

/**
 * Mutated image files of all formats: each is decoded or refused with an IOException, within five
 * seconds and a bounded amount of memory. 500 of them by default, 10,000 in the profile {@code
 * thorough}. A failure names its number; the same number gives the same file again.
 */
class HostileImageTest {
  private static final long SEED = 20261122;
  private static final int FILES = Boolean.getBoolean("finetune4j.thorough") ? 10_000 : 500;
  private static final Duration LIMIT = Duration.ofSeconds(5);
  private static final long MAX_PIXELS = 4_000_000;

  /** Ten times the three bytes of a pixel, and room for tables. */
  private static final long MAX_ALLOCATED = MAX_PIXELS * 30 + (64 << 20);

  private final ImageDecoder decoder = ImageDecoder.builder().maxPixels(MAX_PIXELS).build();
  private final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  @Test
  void mutatedFilesAreDecodedOrRefused() throws IOException {
    List<byte[]> originals = originals();
    int decoded = 0;
    for (int number = 0; number < FILES; number++) {
      byte[] file = mutated(number, originals);
      decoded += decodes(number, file) ? 1 : 0;
    }
    // Both must happen, or the mutations are too strong or too weak to find anything.
    assertThat(decoded).isBetween(FILES / 20, FILES * 19 / 20);
  }

  @Test
  void aTinyWebpThatAnnouncesMillionsOfPixelsIsRefusedAtOnce() throws IOException {
    byte[] file = Files.readAllBytes(folder().resolve("lossless.webp"));
    // 14 bits of width and of height, each less one, behind the signature of the VP8L chunk.
    assertThat(file[20]).isEqualTo((byte) 0x2F);
    int size = (16383 - 1) | ((200 - 1) << 14);
    for (int i = 0; i < 4; i++) {
      file[21 + i] = (byte) (size >> (8 * i));
    }
    assertThat(decodes(-1, file)).isFalse();
  }

  /** A reader would make memory for as many bands as the fraction's bits say. */
  @Test
  void aTiffWithAFractionOfSamplesIsRefused() throws IOException {
    byte[] file = Files.readAllBytes(folder().resolve("packbits.tif"));
    ByteBuffer tiff = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN);
    int directory = tiff.getInt(4);
    for (int i = 0; i < tiff.getShort(directory); i++) {
      int entry = directory + 2 + 12 * i;
      if (tiff.getShort(entry) == 277) { // samples per pixel
        tiff.putShort(entry + 2, (short) 12); // a number of 64 bits
      }
    }
    assertThatIOException()
        .isThrownBy(() -> decoder.decode(file))
        .withMessageContaining("fractions where whole numbers belong");
  }

  private boolean decodes(int number, byte[] file) {
    long allocated = threads.getCurrentThreadAllocatedBytes();
    // The thread's own time: other work on the machine must not fail a file.
    long start = threads.getCurrentThreadCpuTime();
    boolean decoded = true;
    try {
      Image image = decoder.decode(file);
      assertThat(image.size().pixels()).as("file %d", number).isLessThanOrEqualTo(MAX_PIXELS);
    } catch (IOException e) {
      assertThat(e).as("file %d", number).hasMessageStartingWith("Cannot decode picture of ");
      decoded = false;
    }
    assertThat(Duration.ofNanos(threads.getCurrentThreadCpuTime() - start))
        .as("time of file %d", number)
        .isLessThan(LIMIT);
    assertThat(threads.getCurrentThreadAllocatedBytes() - allocated)
        .as("bytes allocated for file %d", number)
        .isLessThan(MAX_ALLOCATED);
    return decoded;
  }

  private static byte[] mutated(int number, List<byte[]> originals) {
    SplittableRandom random = new SplittableRandom(SEED + number);
    byte[] file = originals.get(number % originals.size()).clone();
    int changes = 1 + random.nextInt(4);
    for (int i = 0; i < changes; i++) {
      file = changed(file, random, originals);
    }
    return file;
  }

  private static byte[] changed(byte[] file, SplittableRandom random, List<byte[]> originals) {
    // Most of what a decoder trusts stands at the beginning.
    int reach = random.nextBoolean() ? Math.min(file.length, 64) : file.length;
    int at = random.nextInt(reach);
    switch (random.nextInt(7)) {
      case 0 -> file[at] ^= (byte) (1 << random.nextInt(8));
      case 1 -> file[at] = (byte) random.nextInt(256);
      case 2 -> fill(file, at, 1 + random.nextInt(4), (byte) 0xFF);
      case 3 -> fill(file, at, 1 + random.nextInt(4), (byte) 0);
      case 4 -> {
        return Arrays.copyOf(file, 1 + random.nextInt(file.length));
      }
      case 5 -> {
        byte[] longer = Arrays.copyOf(file, file.length + 16);
        System.arraycopy(file, at, longer, Math.min(at + 16, file.length), file.length - at);
        return longer;
      }
      default -> {
        byte[] other = originals.get(random.nextInt(originals.size()));
        int length = Math.min(random.nextInt(1, 64), Math.min(other.length, file.length - at));
        System.arraycopy(other, random.nextInt(other.length - length + 1), file, at, length);
      }
    }
    return file;
  }

  private static void fill(byte[] file, int at, int length, byte value) {
    Arrays.fill(file, at, Math.min(file.length, at + length), value);
  }

  private static Path folder() {
    URL folder = Objects.requireNonNull(HostileImageTest.class.getResource("/images"));
    return Path.of(URI.create(folder.toString()));
  }

  private static List<byte[]> originals() throws IOException {
    List<byte[]> originals = new ArrayList<>();
    try (Stream<Path> files = Files.list(folder())) {
      for (Path file : files.filter(Files::isRegularFile).sorted().toList()) {
        originals.add(Files.readAllBytes(file));
      }
    }
    assertThat(originals).hasSizeGreaterThan(40);
    return originals;
  }
}
