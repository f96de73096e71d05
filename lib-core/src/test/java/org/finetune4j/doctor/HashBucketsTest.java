package org.finetune4j.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class HashBucketsTest {
  /** A second implementation: all with all. */
  @Test
  void findsWhatComparingAllFinds() {
    SplittableRandom random = new SplittableRandom(1);
    long[] hashes = new long[3000];
    for (int i = 0; i < hashes.length; i++) {
      hashes[i] = i % 3 == 0 ? random.nextLong() : hashes[random.nextInt(i)];
      for (int bit = random.nextInt(12); bit > 0; bit--) {
        hashes[i] ^= 1L << random.nextInt(64);
      }
    }
    int pairs = 0;
    for (int within : new int[] {0, 3, 4, 10, 15}) {
      HashBuckets buckets = new HashBuckets(hashes, within, i -> i % 7 != 0);
      for (int i = 0; i < hashes.length; i += 5) {
        long hash = hashes[i];
        int from = i;
        int[] truth =
            IntStream.range(from, hashes.length)
                .filter(j -> j % 7 != 0 && Long.bitCount(hash ^ hashes[j]) <= within)
                .toArray();
        assertThat(buckets.near(hash, from)).containsExactly(truth);
        pairs += truth.length;
      }
    }
    assertThat(pairs).isGreaterThan(5000);
  }
}
