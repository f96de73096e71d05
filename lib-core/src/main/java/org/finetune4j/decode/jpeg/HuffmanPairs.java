package org.finetune4j.decode.jpeg;

/**
 * The details of blocks of baseline files, found two at a time by the next eleven bits: codes with
 * the numbers that follow them, and whether the block ends there.
 */
final class HuffmanPairs {
  /** Flag of an entry that holds a number. */
  static final int COMPLETE = 1 << 6;

  /** Flag of an entry behind which the block has no more details. */
  static final int LAST = 1 << 7;

  /** An entry's low bits say how many bits it takes: as many as shifts of 64 bits look at. */
  static final int LENGTH = 0x3F;

  /** Numbers of this many bits and more stand in no entry. */
  private static final int WIDE = 10;

  private static final int WIDE_SECOND = 7;
  private static final int LONGEST_SECOND_RUN = 6;

  /**
   * By the next eleven bits: number << 22 | second number << 15 | its distance from the first << 12
   * | zeros before the first << 8 | flags | bits taken. What is not complete is 0: {@link
   * HuffmanTable#entries} has more.
   */
  final int[] entries = new int[1 << HuffmanTable.LOOK];

  HuffmanPairs(HuffmanTable table) {
    for (int next = 0; next < entries.length; next++) {
      entries[next] = entry(table.entries, next);
    }
  }

  private static int entry(int[] single, int next) {
    int first = single[next];
    int length = first & HuffmanTable.LENGTH;
    if (isEnd(first)) {
      return LAST | length;
    }
    int run = first >> 12 & 15;
    if (!isNumber(first, WIDE)) {
      return 0;
    }
    int entry = (first >> 16) << 22 | run << 8 | COMPLETE;
    int second = single[next << length & (single.length - 1)];
    int both = length + (second & HuffmanTable.LENGTH);
    if (both > HuffmanTable.LOOK) {
      return entry | length;
    }
    if (isEnd(second)) {
      return entry | LAST | both;
    }
    int zeros = second >> 12 & 15;
    if (isNumber(second, WIDE_SECOND) && zeros <= LONGEST_SECOND_RUN) {
      return entry | (second >> 16 & 0x7F) << 15 | (zeros + 1) << 12 | both;
    }
    return entry | length;
  }

  private static boolean isEnd(int entry) {
    return entry != 0 && (entry >> 8 & 0xFF) == 0;
  }

  private static boolean isNumber(int entry, int wide) {
    return (entry & HuffmanTable.COMPLETE) != 0 && (entry >> 8 & 15) < wide;
  }
}
