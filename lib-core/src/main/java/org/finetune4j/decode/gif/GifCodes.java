package org.finetune4j.decode.gif;

import java.io.IOException;

/**
 * The codes of a GIF's pixels (LZW of variable length, GIF89a, appendix F): each may be the one
 * that begins a new table, which costs a reader four thousand steps. Programs do so when the table
 * is full, or, where they do not compress, every hundredth code.
 */
final class GifCodes {
  private static final int MOST_CLEARS = 2_000_000;

  /** Codes have three bits at least. */
  private static final int FEWEST_BYTES = MOST_CLEARS / 8 * 3;

  private GifCodes() {}

  /**
   * Refuses such files.
   *
   * @param codes where the codes begin: how many bits they have, then blocks of them
   * @throws IOException if more tables are begun than in any picture
   */
  static void requireFewClears(byte[] gif, int codes) throws IOException {
    if (codes >= gif.length || gif.length - codes < FEWEST_BYTES) {
      return;
    }
    int bits = gif[codes] & 0xF;
    int clear = 1 << bits;
    int width = bits + 1;
    int next = clear + 1;
    int clears = 0;
    long pending = 0;
    int ready = 0;
    int at = codes + 1;
    int blockEnd = at;
    while (at < gif.length) {
      while (ready < width) {
        if (at == blockEnd) {
          if (gif[at] == 0) {
            return;
          }
          blockEnd += 1 + (gif[at] & 0xFF);
        } else {
          pending |= (long) (gif[at] & 0xFF) << ready;
          ready += 8;
        }
        if (++at >= gif.length) {
          return;
        }
      }
      int code = (int) (pending & ((1 << width) - 1));
      pending >>>= width;
      ready -= width;
      if (code == clear + 1) {
        return;
      }
      if (code == clear) {
        width = bits + 1;
        next = clear + 1;
        if (++clears > MOST_CLEARS) {
          throw new IOException(
              "Its table of codes is begun anew more often than any program does.");
        }
      } else if (++next == 1 << width && width < 12) {
        width++;
      }
    }
  }
}
