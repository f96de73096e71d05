package org.finetune4j.decode.gif;

import java.io.ByteArrayOutputStream;
import java.io.IOException;

/**
 * The codes of a GIF's pixels (LZW of variable length, GIF89a, appendix F), one after the other.
 * Each may be the one that begins a new table, which costs a reader four thousand steps. Programs
 * do so when the table is full, or, where they do not compress, every few codes; some begin it
 * twice at once, which the JDK's reader takes for a pixel.
 */
final class GifCodes {
  private static final int MOST_CLEARS = 2_000_000;
  private static final int LONGEST = 12;
  private static final int MOST_PER_BLOCK = 255;
  private static final int TRAILER = 0x3B;

  private final byte[] gif;
  private final int bits;
  private final int clear;
  private int at;
  private int blockEnd;
  private int width;
  private int entries;
  private long pending;
  private int ready;
  private boolean ended;

  /**
   * Stands before the first code.
   *
   * @param start where the codes begin: how many bits they have, then blocks of them
   */
  private GifCodes(byte[] gif, int start) {
    this.gif = gif;
    this.bits = gif[start] & 0xF;
    this.clear = 1 << bits;
    this.at = start + 1;
    this.blockEnd = at;
    begin();
  }

  private void begin() {
    width = bits + 1;
    entries = clear + 1;
  }

  /**
   * Returns a file in which no table is begun twice at once.
   *
   * @param start where the codes begin
   * @throws IOException if more tables are begun than in any picture
   */
  static byte[] plain(byte[] gif, int start) throws IOException {
    if (start >= gif.length) {
      return gif;
    }
    GifCodes codes = new GifCodes(gif, start);
    int clears = 0;
    boolean repeated = false;
    int last = -1;
    for (int code = codes.next(); code >= 0; code = codes.next()) {
      if (code == codes.clear && ++clears > MOST_CLEARS) {
        throw new IOException("Its table of codes is begun anew more often than any program does.");
      }
      repeated |= code == codes.clear && last == code;
      last = code;
    }
    return repeated && codes.ended ? withoutRepeated(gif, start) : gif;
  }

  /** Returns the next code; -1 behind the last one. */
  private int next() {
    while (ready < width && !ended) {
      if (at >= gif.length) {
        return -1;
      }
      int value = gif[at] & 0xFF;
      if (at == blockEnd) {
        blockEnd += 1 + value;
        ended = value == 0;
      } else {
        pending |= (long) value << ready;
        ready += 8;
      }
      at++;
    }
    if (ready < width) {
      return -1;
    }
    int code = (int) (pending & ((1 << width) - 1));
    pending >>>= width;
    ready -= width;
    if (code == clear) {
      begin();
    } else if (code == clear + 1) {
      ended = true;
      ready = 0;
    } else if (++entries == 1 << width && width < LONGEST) {
      width++;
    }
    return code;
  }

  /** Writes the first picture's codes again, each as long as it was, and no other picture. */
  private static byte[] withoutRepeated(byte[] gif, int start) {
    GifCodes codes = new GifCodes(gif, start);
    ByteArrayOutputStream packed = new ByteArrayOutputStream(gif.length);
    long bits = 0;
    int filled = 0;
    int last = -1;
    int width = codes.width;
    for (int code = codes.next(); code >= 0; code = codes.next()) {
      if (code != codes.clear || last != code) {
        bits |= (long) code << filled;
        filled += width;
      }
      for (; filled >= 8; filled -= 8) {
        packed.write((int) bits);
        bits >>>= 8;
      }
      last = code;
      width = codes.width;
    }
    packed.write((int) bits);
    return inBlocks(gif, start, packed.toByteArray());
  }

  private static byte[] inBlocks(byte[] gif, int start, byte[] packed) {
    ByteArrayOutputStream out = new ByteArrayOutputStream(gif.length);
    out.write(gif, 0, start + 1);
    for (int from = 0; from < packed.length; from += MOST_PER_BLOCK) {
      int length = Math.min(MOST_PER_BLOCK, packed.length - from);
      out.write(length);
      out.write(packed, from, length);
    }
    out.write(0);
    out.write(TRAILER);
    return out.toByteArray();
  }
}
