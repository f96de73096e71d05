package org.finetune4j.random;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class CounterRandomTest {
  /** The known answers that come with Random123, the authors' own library. */
  @Test
  void blocksEqualThePublishedOnes() {
    assertThat(block(0, 0, 0)).containsExactly(0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8);
    assertThat(block(-1, -1, -1)).containsExactly(0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd);
    assertThat(block(0x299f31d0a4093822L, 0x85a308d3243f6a88L, 0x0370734413198a2eL))
        .containsExactly(0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1);
  }

  private static int[] block(long key, long counterLow, long counterHigh) {
    int[] words = new int[4];
    Philox.block(key, counterLow, counterHigh, words);
    return words;
  }

  /** The numbers come from a second implementation, written in Python. */
  @Test
  void staysTheSameForEver() {
    CounterRandom random = CounterRandom.of(42, 3, 7);
    assertThat(random.nextLong()).isEqualTo(CounterRandom.of(42, 3, 7).nextLong());
    assertThat(new long[] {CounterRandom.of(0).nextLong(), CounterRandom.of(42, 3, 7).nextLong()})
        .containsExactly(FIRST_OF_SEED_0, FIRST_OF_42_3_7);
  }

  private static final long FIRST_OF_SEED_0 = -6204950702296673541L;
  private static final long FIRST_OF_42_3_7 = -4019265487290026318L;

  @Test
  void everyPathIsAStreamOfItsOwn() {
    Set<Long> seen = new HashSet<>();
    for (long seed = -20; seed < 20; seed++) {
      seen.add(CounterRandom.of(seed).nextLong());
      for (long a = -20; a < 20; a++) {
        seen.add(CounterRandom.of(seed, a).nextLong());
        for (long b = -20; b < 20; b++) {
          seen.add(CounterRandom.of(seed, a, b).nextLong());
        }
      }
    }
    assertThat(seen).hasSize(40 + 40 * 40 + 40 * 40 * 40);
  }

  @Test
  void aStreamBelowDoesNotDependOnWhatWasDrawn() {
    CounterRandom fresh = CounterRandom.of(1, 2);
    CounterRandom drawn = CounterRandom.of(1, 2);
    IntStream.range(0, 10).forEach(i -> drawn.nextInt());
    long below = fresh.stream(5, 6).nextLong();
    assertThat(drawn.stream(5, 6).nextLong()).isEqualTo(below);
    assertThat(CounterRandom.of(1, 2, 5, 6).nextLong()).isEqualTo(below);
    assertThat(fresh.stream(6, 5).nextLong()).isNotEqualTo(below);
  }

  @Test
  void boundedNumbersAreUniform() {
    CounterRandom random = CounterRandom.of(5);
    int[] counts = new int[7];
    IntStream.range(0, 70_000).forEach(i -> counts[random.nextInt(7)]++);
    double chiSquare =
        Arrays.stream(counts).mapToDouble(n -> Math.pow(n - 10_000, 2) / 10_000).sum();
    assertThat(chiSquare).as("6 degrees of freedom, 99.9 percent").isLessThan(22.5);
    int large = (1 << 30) + 12345;
    double mean = IntStream.range(0, 20_000).mapToDouble(i -> random.nextInt(large)).sum() / 20_000;
    assertThat(mean / large).isCloseTo(0.5, within(0.01));
  }

  @Test
  void realNumbersKeepTheirRangeAndMoments() {
    CounterRandom random = CounterRandom.of(9);
    double sum = 0;
    double squares = 0;
    double fourth = 0;
    int outside = 0;
    for (int i = 0; i < 200_000; i++) {
      double inRange = random.nextDouble(-3, 4);
      float unit = random.nextFloat();
      outside += inRange < -3 || inRange > 4 || unit < 0 || unit >= 1 ? 1 : 0;
      double normal = random.nextGaussian();
      sum += normal;
      squares += normal * normal;
      fourth += Math.pow(normal, 4);
    }
    assertThat(outside).isZero();
    assertThat(sum / 200_000).isCloseTo(0, within(0.01));
    assertThat(squares / 200_000).isCloseTo(1, within(0.02));
    assertThat(fourth / 200_000).isCloseTo(3, within(0.1));
    assertThat(random.nextDouble(2, 2)).isEqualTo(2);
    assertThat(random.nextBoolean(0)).isFalse();
    assertThat(random.nextBoolean(1)).isTrue();
  }

  @Test
  void permutationsHoldEveryNumberOnceAndFavourNone() {
    CounterRandom random = CounterRandom.of(3);
    assertThat(random.permutation(0)).isEmpty();
    int[] counts = new int[6];
    assertThat(random.permutation(100))
        .containsExactlyInAnyOrder(IntStream.range(0, 100).toArray());
    for (int i = 0; i < 60_000; i++) {
      int[] order = random.permutation(3);
      counts[order[0] * 2 + (order[1] > order[2] ? 1 : 0)]++;
    }
    assertThat(Arrays.stream(counts).boxed())
        .allSatisfy(n -> assertThat(n).isBetween(9_600, 10_400));
  }

  @Test
  void refusesRangesWithoutSense() {
    CounterRandom random = CounterRandom.of(1);
    assertThatThrownBy(() -> random.nextInt(0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("A bound must be at least 1, but is 0.");
    assertThatThrownBy(() -> random.nextDouble(2, 1)).hasMessage("Not a range: [2.0, 1.0].");
    assertThatThrownBy(() -> random.nextDouble(Double.NaN, 1))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
