package org.finetune4j.decode;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.zip.CRC32;

/** What of a PNG file decides its pixels. */
final class PngChunks {
  private static final int SIGNATURE = 8;
  private static final int HEADER_END = 33;

  /** Deflate's best ratio is 1032 to 1. */
  private static final int MOST_PACKED = 1040;

  private static final Set<String> PIXELS = Set.of("IHDR", "PLTE", "tRNS", "IDAT");
  private static final byte[] END = {
    0, 0, 0, 0, 'I', 'E', 'N', 'D', (byte) 0xAE, 0x42, 0x60, (byte) 0x82
  };

  private PngChunks() {}

  /**
   * Returns the file without texts, profiles and whatever else does not decide its pixels: what is
   * gone cannot attack a parser, and a damaged chunk among it does no harm, as in libpng.
   *
   * @throws IOException if it is Apple's own kind of file, or has too many chunks
   */
  static byte[] pixelsOnly(byte[] file) throws IOException {
    Chunks chunks = Chunks.ofPng(file);
    if (chunks.areTooMany()) {
      throw new IOException("It has more chunks than any camera or program writes.");
    }
    ByteArrayOutputStream out = new ByteArrayOutputStream(file.length);
    out.write(file, 0, SIGNATURE);
    for (Chunks.Chunk chunk : chunks.all()) {
      if (chunk.name().equals("CgBI")) {
        throw new IOException(
            "It is Apple's variant of PNG (CgBI), made for iPhones. Turn it into a PNG with"
                + " 'xcrun pngcrush -revert-iphone-optimizations' or save it from a viewer.");
      }
      if (PIXELS.contains(chunk.name())) {
        write(chunk, file, out);
      }
    }
    if (chunks.end() < file.length && !isEnded(chunks)) {
      out.write(file, chunks.end(), file.length - chunks.end()); // for the reader to say so
    } else {
      out.write(END);
    }
    return out.toByteArray();
  }

  /**
   * Refuses damage that touches no pixel.
   *
   * @throws IOException if a chunk's sum is wrong, the end chunk is missing, or something follows
   *     it
   */
  static void requireIntact(byte[] file) throws IOException {
    Chunks chunks = Chunks.ofPng(file);
    for (Chunks.Chunk chunk : chunks.all()) {
      CRC32 sum = new CRC32();
      int start = chunk.content().offset();
      int end = start + chunk.content().length();
      sum.update(file, start - 4, end - start + 4);
      if (end + 4 > file.length || ByteBuffer.wrap(file).getInt(end) != (int) sum.getValue()) {
        throw new IOException("The sum of its chunk " + chunk.name() + " is wrong.");
      }
    }
    if (!isEnded(chunks)) {
      throw new IOException("It lacks the chunk of its end.");
    }
    if (chunks.end() < file.length) {
      throw new IOException(
          (file.length - chunks.end()) + " bytes that belong to no picture follow its end.");
    }
  }

  /**
   * A header of 69 bytes may claim any size, and readers take the memory for it: even what packs
   * best, zeros, takes a byte for a thousand.
   *
   * @throws IOException if the file is too short for what it claims
   */
  static void requireBytesFor(byte[] file) throws IOException {
    if (file.length < HEADER_END) {
      throw new IOException(TruncationListener.TRUNCATED);
    }
    ByteBuffer header = ByteBuffer.wrap(file);
    long width = header.getInt(16) & 0xFFFFFFFFL;
    long height = header.getInt(20) & 0xFFFFFFFFL;
    double bytes = height * (width * bytesPerPixel(file));
    if (bytes > (double) file.length * MOST_PACKED) {
      throw new IOException(TruncationListener.TRUNCATED);
    }
  }

  /** Returns what samples of one pixel take in the file, unpacked; 0 where it has no header. */
  static double bytesPerPixel(byte[] file) {
    if (file.length < HEADER_END) {
      return 0;
    }
    int samples =
        switch (file[25]) {
          case 2 -> 3;
          case 4 -> 2;
          case 6 -> 4;
          default -> 1;
        };
    return samples * (file[24] & 0xFF) / 8.0;
  }

  /**
   * Returns what one pixel takes while it is read, and turned into ours where that is not the same:
   * three colors, or gray.
   */
  static double memoryPerPixel(byte[] file) {
    if (file.length < HEADER_END) {
      return 0;
    }
    int type = file[25];
    int bits = file[24] & 0xFF;
    boolean gray = type == 0 || type == 4;
    boolean colorIsTransparent =
        (type == 0 || type == 2)
            && Chunks.ofPng(file).all().stream().anyMatch(it -> it.name().equals("tRNS"));
    double read = bytesPerPixel(file) + (colorIsTransparent ? bits / 8.0 : 0);
    boolean same = bits == 8 && (type == 0 || type == 2) && !colorIsTransparent;
    return read + (same ? 0 : gray ? 1 : 3);
  }

  private static boolean isEnded(Chunks chunks) {
    return chunks.all().stream().anyMatch(it -> it.name().equals("IEND"));
  }

  private static void write(Chunks.Chunk chunk, byte[] file, ByteArrayOutputStream out)
      throws IOException {
    byte[] content = chunk.content().copy(file);
    byte[] name = chunk.name().getBytes(StandardCharsets.US_ASCII);
    CRC32 sum = new CRC32();
    sum.update(name);
    sum.update(content);
    out.write(ByteBuffer.allocate(8).putInt(content.length).put(name).array());
    out.write(content);
    out.write(ByteBuffer.allocate(4).putInt((int) sum.getValue()).array());
  }
}
