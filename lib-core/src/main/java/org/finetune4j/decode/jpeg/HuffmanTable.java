package org.finetune4j.decode.jpeg;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The codes of a Huffman table (ITU-T T.81, annexes C and F), found by the next eleven bits: mostly
 * together with the number that follows the code.
 */
final class HuffmanTable {
  /** How many bits are looked up at once. */
  static final int LOOK = 11;

  /**
   * An entry's low bits say how many bits it takes, as many as shifts of 64 bits look at; its flag,
   * that the number is in it.
   */
  static final int LENGTH = 0x3F;

  static final int COMPLETE = 0x40;

  private static final int LONGEST = 16;

  /**
   * By the next eleven bits: number << 16 | symbol << 8 | flag | bits taken; 0 for longer codes.
   */
  final int[] entries = new int[1 << LOOK];

  private final int[] ends = new int[LONGEST + 2];
  private final int[] offsets = new int[LONGEST + 1];
  private final byte[] symbols;
  private int @Nullable [] pairs;
  private int @Nullable [] skips;

  /**
   * Builds a table.
   *
   * @param offset where 16 counts of codes by their length stand in the file, then the symbols
   */
  HuffmanTable(byte[] file, int offset) throws NotPlainException {
    int total = symbols(file, offset);
    this.symbols = Arrays.copyOfRange(file, offset + LONGEST, offset + LONGEST + total);
    int code = 0;
    int symbol = 0;
    for (int length = 1; length <= LONGEST; length++) {
      int count = file[offset + length - 1] & 0xFF;
      NotPlainException.require(code + count < 1 << length, "more codes than there are");
      offsets[length] = symbol - code;
      for (int i = 0; i < count && length <= LOOK; i++) {
        enter(code + i, length, symbols[symbol + i] & 0xFF);
      }
      symbol += count;
      code += count;
      ends[length] = code << (LONGEST - length);
      code <<= 1;
    }
    ends[LONGEST + 1] = Integer.MAX_VALUE;
  }

  /** Returns the {@linkplain HuffmanPairs#entries pairs} of its codes. */
  int[] pairs() {
    if (pairs == null) {
      pairs = HuffmanPairs.entries(entries);
    }
    return pairs;
  }

  /** Returns the {@linkplain HuffmanPairs#skips lengths} of its codes. */
  int[] skips() {
    if (skips == null) {
      skips = HuffmanPairs.skips(entries);
    }
    return skips;
  }

  /** Refuses a table whose symbols are no sizes of differences. */
  HuffmanTable requireSizes() throws NotPlainException {
    for (byte symbol : symbols) {
      NotPlainException.require(symbol >= 0 && symbol <= 15, "no size of a difference");
    }
    return this;
  }

  /** Returns how many symbols the definition at an offset has. */
  static int symbols(byte[] file, int offset) {
    int total = 0;
    for (int i = 0; i < LONGEST; i++) {
      total += file[offset + i] & 0xFF;
    }
    return total;
  }

  private void enter(int code, int length, int symbol) {
    int free = LOOK - length;
    int size = symbol & 15;
    for (int rest = 0; rest < 1 << free; rest++) {
      int entry = symbol << 8 | length;
      if (size <= free) {
        int number = extend(rest >> (free - size), size);
        entry = number << 16 | symbol << 8 | COMPLETE | (length + size);
      }
      entries[code << free | rest] = entry;
    }
  }

  /** Returns a number of so many bits, whose first bit says its sign. */
  static int extend(int bits, int size) {
    return bits < 1 << (size - 1) ? bits - (1 << size) + 1 : bits;
  }

  /**
   * Returns the symbol of a code that is longer than what is looked up, as an entry without number.
   *
   * @param next the next sixteen bits
   */
  int longCode(int next) throws NotPlainException {
    int length = LOOK + 1;
    while (next >= ends[length]) {
      length++;
    }
    NotPlainException.require(length <= LONGEST, "no code");
    return (symbols[(next >> (LONGEST - length)) + offsets[length]] & 0xFF) << 8 | length;
  }
}
