package org.finetune4j.doctor;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;

/**
 * Finds hashes of 64 bits that differ in few of them without comparing all with all: two of them
 * differ in at most a quarter as many bits in one of four quarters, so that only hashes with nearly
 * the same quarter are compared (multi-index hashing; Norouzi, Punjani, Fleet 2012, <i>Fast Search
 * in Hamming Space with Multi-Index Hashing</i>). Finds all of them.
 */
final class HashBuckets {
  private static final int QUARTERS = 4;
  private static final int BITS = 16;

  private final long[] hashes;
  private final int within;
  private final int[] masks;

  /** For each quarter, the numbers of hashes ordered by it, and where each value begins. */
  private final int[][] order = new int[QUARTERS][];

  private final int[][] starts = new int[QUARTERS][];

  /**
   * Sorts hashes into buckets.
   *
   * @param within how many bits may differ, 0 to 15
   * @param used whether a hash is to be found
   */
  HashBuckets(long[] hashes, int within, IntPredicate used) {
    this.hashes = hashes;
    this.within = within;
    this.masks =
        IntStream.range(0, 1 << BITS)
            .filter(mask -> Integer.bitCount(mask) <= within / QUARTERS)
            .toArray();
    int[] numbers = IntStream.range(0, hashes.length).filter(used).toArray();
    for (int quarter = 0; quarter < QUARTERS; quarter++) {
      sort(quarter, numbers);
    }
  }

  private void sort(int quarter, int[] numbers) {
    int[] start = new int[(1 << BITS) + 1];
    for (int i : numbers) {
      start[of(hashes[i], quarter) + 1]++;
    }
    Arrays.parallelPrefix(start, Integer::sum);
    int[] next = start.clone();
    int[] sorted = new int[numbers.length];
    for (int i : numbers) {
      sorted[next[of(hashes[i], quarter)]++] = i;
    }
    order[quarter] = sorted;
    starts[quarter] = start;
  }

  private static int of(long hash, int quarter) {
    return (int) (hash >>> (quarter * BITS)) & ((1 << BITS) - 1);
  }

  /** Returns the hashes that differ from this one in few bits, in order; from some number on. */
  int[] near(long hash, int from) {
    List<Integer> found = new ArrayList<>();
    for (int quarter = 0; quarter < QUARTERS; quarter++) {
      for (int mask : masks) {
        int bucket = of(hash, quarter) ^ mask;
        for (int at = starts[quarter][bucket]; at < starts[quarter][bucket + 1]; at++) {
          int i = order[quarter][at];
          if (i >= from && Long.bitCount(hash ^ hashes[i]) <= within) {
            found.add(i);
          }
        }
      }
    }
    return found.stream().mapToInt(Integer::intValue).sorted().distinct().toArray();
  }
}
