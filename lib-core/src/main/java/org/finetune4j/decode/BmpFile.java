package org.finetune4j.decode;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * A Windows bitmap, made plain: runs unpacked, palettes of 256 colors, alpha only where a file
 * means it. Readers differ in all three; this follows Pillow and browsers.
 */
final class BmpFile {
  private static final int HEADER = 14;
  private static final int RLE8 = 1;
  private static final int RLE4 = 2;
  private static final int BIT_FIELDS = 3;
  private static final int WITH_ALPHA_MASK = 56;
  private static final int VERSION_4 = 108;

  /** A skip of four bytes passes over 255 columns and rows; what packs better is no picture. */
  private static final long PIXELS_PER_BYTE = 1 << 14;

  private final byte[] file;
  private final ByteBuffer bytes;
  private final byte[] plain;
  private boolean truncated;

  private BmpFile(byte[] file, EncodedImage.SizeCheck sizes) throws IOException {
    this.file = file;
    this.bytes = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN);
    this.plain = plain(sizes);
  }

  /**
   * Makes a file plain.
   *
   * @param sizes checked before memory for unpacked pixels is taken
   * @throws IOException if the sizes are refused, or the file ends before its first row
   */
  static BmpFile of(byte[] file, EncodedImage.SizeCheck sizes) throws IOException {
    return new BmpFile(file, sizes);
  }

  /** Returns a file that every reader reads alike. */
  byte[] plain() {
    return plain;
  }

  /**
   * Returns whether pixels that were unpacked here end before the last one, which then have color
   * 0; what is left to the reader, the reader tells.
   */
  boolean isTruncated() {
    return truncated;
  }

  /** Returns what one pixel of a plain file takes while it is read and turned into ours. */
  static double memoryPerPixel(byte[] plain) {
    if (plain.length < HEADER + 16) {
      return 0;
    }
    int bits = ByteBuffer.wrap(plain).order(ByteOrder.LITTLE_ENDIAN).getShort(HEADER + 14);
    return bits == 32 ? 7 : bits == 24 ? 3 : 5;
  }

  private byte[] plain(EncodedImage.SizeCheck sizes) throws IOException {
    int header = bytes.getInt(HEADER);
    if (header < 40 || file.length < HEADER + header) {
      return file;
    }
    int compression = bytes.getInt(HEADER + 16);
    int bits = bytes.getShort(HEADER + 14);
    if (compression == RLE8 || compression == RLE4 || bits == 8) {
      int width = bytes.getInt(HEADER + 4);
      int height = Math.abs(bytes.getInt(HEADER + 8));
      sizes.check(width, height, 1);
      if ((long) width * height > PIXELS_PER_BYTE * file.length) {
        throw new IOException(TruncationListener.TRUNCATED);
      }
      return indexed(width, height, bits, compression);
    }
    byte[] copy = file.clone();
    ByteBuffer plain = ByteBuffer.wrap(copy).order(ByteOrder.LITTLE_ENDIAN);
    plain.putShort(HEADER + 12, (short) 1); // planes: never another number
    plain.putInt(10, data());
    boolean meant = compression == BIT_FIELDS && Integer.bitCount(alphaMask(header)) == 8;
    if (header == WITH_ALPHA_MASK && meant) {
      return asVersion4();
    }
    if (header >= WITH_ALPHA_MASK && !meant) {
      plain.putInt(HEADER + 52, 0);
    }
    return copy;
  }

  /** With the same fields and the rest left out: readers know the mask of alpha from there. */
  private byte[] asVersion4() {
    int longer = VERSION_4 - WITH_ALPHA_MASK;
    byte[] copy = new byte[file.length + longer];
    int end = HEADER + WITH_ALPHA_MASK;
    System.arraycopy(file, 0, copy, 0, end);
    System.arraycopy(file, end, copy, end + longer, file.length - end);
    ByteBuffer plain = ByteBuffer.wrap(copy).order(ByteOrder.LITTLE_ENDIAN);
    plain.putInt(HEADER, VERSION_4).putInt(10, bytes.getInt(10) + longer);
    plain.putShort(HEADER + 12, (short) 1);
    return copy;
  }

  private int alphaMask(int header) {
    return header >= WITH_ALPHA_MASK ? bytes.getInt(HEADER + 52) : 0;
  }

  /** Writes the picture with eight bits per pixel, bottom row first, and all 256 colors. */
  private byte[] indexed(int width, int height, int bits, int compression) throws IOException {
    int stride = (width + 3) & ~3;
    int pixels = HEADER + 40 + 4 * 256;
    ByteBuffer out =
        ByteBuffer.allocate(Math.addExact(pixels, Math.multiplyExact(stride, height)))
            .order(ByteOrder.LITTLE_ENDIAN);
    out.put((byte) 'B').put((byte) 'M').putInt(out.capacity()).putInt(0).putInt(pixels);
    boolean topDown = bytes.getInt(HEADER + 8) < 0;
    out.putInt(40).putInt(width).putInt(topDown ? -height : height);
    out.putShort((short) 1).putShort((short) 8).position(HEADER + 40);
    palette(out, bits);
    int data = data();
    if (compression == 0) {
      int there = data < 0 ? 0 : file.length - data;
      if (there < width) {
        throw new IOException(TruncationListener.TRUNCATED);
      }
      // The last row need not be padded.
      truncated = there < stride * (height - 1) + width;
      int rows = truncated ? there / stride : height;
      out.put(pixels, file, data, Math.min(stride * rows, there));
    } else {
      BmpRuns runs = new BmpRuns(file, data, compression == RLE4);
      truncated = !runs.unpack(out.array(), pixels, stride, width, height);
    }
    return out.array();
  }

  /** Returns where the pixels begin; some files name the place of their palette. */
  private int data() {
    int named = bytes.getInt(10);
    int bits = bytes.getShort(HEADER + 14);
    boolean palette = named == HEADER + bytes.getInt(HEADER) && bits > 0 && bits <= 8;
    return palette ? named + 4 * colors(bits) : named;
  }

  private int colors(int bits) {
    int used = bytes.getInt(HEADER + 32);
    return used > 0 && used <= 256 ? used : 1 << Math.min(8, bits);
  }

  /** Colors beyond the file's palette are black. */
  private void palette(ByteBuffer out, int bits) {
    int colors = colors(bits);
    int first = HEADER + bytes.getInt(HEADER);
    int length = Math.max(0, Math.min(4 * colors, file.length - first));
    out.put(Arrays.copyOfRange(file, first, first + (length & ~3)));
  }
}
