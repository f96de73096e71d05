package org.finetune4j.decode.jpeg;

import java.util.Arrays;

/**
 * The details of blocks of baseline files, found two at a time by the next bits: codes with the
 * numbers that follow them, and whether the block ends there.
 */
final class HuffmanPairs {
  /** How far the end leads: from the last place, which has no end behind it, too far. */
  static final int END = 2 * Component.BLOCK + 1;

  /** The bit of a place that an entry must not lead to: what is there is to be taken apart. */
  static final int APART = Component.BLOCK;

  /** Numbers of this many bits and more stand in no entry. */
  private static final int WIDE = 8;

  private static final int WIDE_SECOND = 6;

  private HuffmanPairs() {}

  /**
   * Returns, by the next eleven bits: number << 24 | second number << 18 | zeros before the first
   * << 14 | how far from the last detail to the new last one << 6 | bits taken.
   *
   * @param single a table's entries
   */
  static int[] entries(int[] single) {
    int[] entries = new int[single.length];
    Arrays.setAll(entries, next -> entry(single, next));
    return entries;
  }

  private static int entry(int[] single, int next) {
    int first = single[next];
    int length = first & HuffmanTable.LENGTH;
    if (isEnd(first)) {
      return END << 6 | length;
    }
    int run = first >> 12 & 15;
    if (!isNumber(first, WIDE)) {
      return APART << 6;
    }
    int entry = (first >> 16) << 24 | run << 14;
    int far = run + 1;
    int second = single[next << length & (single.length - 1)];
    int both = length + (second & HuffmanTable.LENGTH);
    if (both <= HuffmanTable.LOOK && isEnd(second)) {
      return entry | (far + END) << 6 | both;
    }
    if (both <= HuffmanTable.LOOK && isNumber(second, WIDE_SECOND)) {
      far += (second >> 12 & 15) + 1;
      return entry | (second >> 16 & 0x3F) << 18 | far << 6 | both;
    }
    return entry | far << 6 | length;
  }

  /**
   * Returns entries without numbers for blocks of which only the mean is wanted: of as many details
   * as there are in eleven bits.
   *
   * @param single a table's entries
   */
  static int[] skips(int[] single) {
    int[] entries = new int[single.length];
    Arrays.setAll(entries, next -> skip(single, next));
    return entries;
  }

  private static int skip(int[] single, int next) {
    int far = 0;
    int length = 0;
    while (true) {
      int entry = single[next << length & (single.length - 1)];
      int more = length + (entry & HuffmanTable.LENGTH);
      int farther = far + (entry >> 12 & 15) + 1;
      boolean known = more <= HuffmanTable.LOOK && farther < Component.BLOCK;
      if (known && isEnd(entry)) {
        return (far + END) << 6 | more;
      }
      if (!known || !isNumber(entry, Short.SIZE)) {
        return length == 0 ? APART << 6 : far << 6 | length;
      }
      far = farther;
      length = more;
    }
  }

  private static boolean isEnd(int entry) {
    return entry != 0 && (entry >> 8 & 0xFF) == 0;
  }

  private static boolean isNumber(int entry, int wide) {
    int size = entry >> 8 & 15;
    return (entry & HuffmanTable.COMPLETE) != 0 && size > 0 && size < wide;
  }
}
