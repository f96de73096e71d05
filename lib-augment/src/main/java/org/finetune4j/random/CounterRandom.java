package org.finetune4j.random;

/**
 * A stream of random numbers named by a seed and a path of numbers, such as stage, epoch and sample
 * index. The same seed and path give the same numbers on every thread, machine and Java version and
 * after every resume; nothing is shared, and no state has to be stored but the path.
 *
 * <pre>{@code
 * CounterRandom sample = CounterRandom.of(42, epoch, index);
 * double angle = sample.nextDouble(-20, 20);
 * CounterRandom mask = sample.stream(7); // a stream of its own
 * }</pre>
 *
 * <p>Each stream holds 2<sup>65</sup> words. A stream counts what was drawn from it and is
 * therefore not safe for use by several threads; make one for each task, that costs next to
 * nothing. Not for cryptography. Source of the numbers: Philox4x32-10 (Salmon et al., SC11), its
 * key made of seed and path by the finalizer of SplitMix64 (Steele, Lea and Flood, OOPSLA 2014).
 */
public final class CounterRandom {
  private static final long GOLDEN_RATIO = 0x9E3779B97F4A7C15L;
  private static final long ORDER_MATTERS = 0xD1342543DE82EF95L;

  private final long key;
  private final int[] words = new int[4];
  private long block;
  private int used = 4;

  private CounterRandom(long key) {
    this.key = key;
  }

  /**
   * Returns the stream of a seed and a path.
   *
   * @param seed any number
   * @param path any numbers; every other path, also a longer one, gives an unrelated stream
   */
  public static CounterRandom of(long seed, long... path) {
    return new CounterRandom(extend(mix(seed + GOLDEN_RATIO), path));
  }

  /**
   * Returns the stream at a path below this one; it does not depend on what was drawn from this
   * one.
   */
  public CounterRandom stream(long... path) {
    return new CounterRandom(extend(key, path));
  }

  private static long extend(long start, long... path) {
    long key = start;
    for (long step : path) {
      key = mix(key * ORDER_MATTERS + mix(step + GOLDEN_RATIO));
    }
    return key;
  }

  private static long mix(long value) {
    long z = value;
    z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
    z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
    return z ^ (z >>> 31);
  }

  /** Returns the next 32 random bits. */
  public int nextInt() {
    if (used == words.length) {
      Philox.block(key, block++, 0, words);
      used = 0;
    }
    return words[used++];
  }

  /** Returns the next 64 random bits. */
  public long nextLong() {
    long high = nextInt();
    return (high << 32) | (nextInt() & 0xFFFFFFFFL);
  }

  /**
   * Returns a whole number of 0 to {@code bound - 1}, each equally likely.
   *
   * @throws IllegalArgumentException if the bound is below 1
   */
  public int nextInt(int bound) {
    if (bound < 1) {
      throw new IllegalArgumentException("A bound must be at least 1, but is " + bound + ".");
    }
    // Lemire, "Fast random integer generation in an interval", 2019: no division as a rule.
    long product = (nextInt() & 0xFFFFFFFFL) * bound;
    if ((product & 0xFFFFFFFFL) < bound) {
      long tooFew = (1L << 32) % bound;
      while ((product & 0xFFFFFFFFL) < tooFew) {
        product = (nextInt() & 0xFFFFFFFFL) * bound;
      }
    }
    return (int) (product >>> 32);
  }

  /** Returns a number of [0, 1), a multiple of 2<sup>-53</sup>. */
  public double nextDouble() {
    return (nextLong() >>> 11) * 0x1p-53;
  }

  /** Returns a number of [0, 1), a multiple of 2<sup>-24</sup>. */
  public float nextFloat() {
    return (nextInt() >>> 8) * 0x1p-24f;
  }

  /**
   * Returns a number of [low, high]; {@code low} if both are equal.
   *
   * @throws IllegalArgumentException if low is above high, or one is not finite
   */
  public double nextDouble(double low, double high) {
    if (!(low <= high) || Double.isInfinite(low) || Double.isInfinite(high)) {
      throw new IllegalArgumentException("Not a range: [" + low + ", " + high + "].");
    }
    return Math.min(high, low + nextDouble() * (high - low));
  }

  /** Returns true with this probability: always from 1 on, never from 0 down. */
  public boolean nextBoolean(double probability) {
    return nextDouble() < probability;
  }

  /** Returns a number of the normal distribution with mean 0 and standard deviation 1. */
  public double nextGaussian() {
    // Box and Muller 1958; StrictMath, as Math may differ in the last bit between processors.
    double radius = StrictMath.sqrt(-2 * StrictMath.log(1 - nextDouble()));
    return radius * StrictMath.cos(2 * Math.PI * nextDouble());
  }

  /** Returns the numbers 0 to {@code size - 1} in random order. */
  public int[] permutation(int size) {
    int[] order = new int[size];
    for (int i = 0; i < size; i++) {
      int other = nextInt(i + 1);
      order[i] = order[other];
      order[other] = i;
    }
    return order;
  }
}
