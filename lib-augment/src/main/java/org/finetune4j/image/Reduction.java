package org.finetune4j.image;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;

/** Shrinks pictures by whole factors: each pixel is the rounded mean of a box, as in Pillow. */
final class Reduction {
  private static final VarHandle EIGHT_SAMPLES =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  private static final long EVERY_SECOND = 0x00FF00FF00FF00FFL;
  private static final int MOST_ROWS = 0xFFFF / 0xFF;

  private final Image image;
  private final int across;
  private final int down;
  private final ImageSize size;
  private final int[] sums;
  private final long[] even;
  private final long[] odd;

  /**
   * Prepares.
   *
   * @param across width of a box; what is left over at the right is a narrower one
   * @param down height of a box
   */
  Reduction(Image image, int across, int down) {
    this.image = image;
    this.across = across;
    this.down = down;
    this.size = new ImageSize((image.width() - 1) / across + 1, (image.height() - 1) / down + 1);
    this.sums = new int[image.width() * image.channels()];
    this.even = new long[sums.length / Long.BYTES];
    this.odd = new long[sums.length / Long.BYTES];
  }

  Image run() {
    int rowLength = size.width() * image.channels();
    byte[] to = new byte[size.samples(image.channels())];
    for (int y = 0; y < size.height(); y++) {
      int first = y * down;
      int rows = Math.min(down, image.height() - first);
      if (rows == 1 && across == 2 && image.channels() == 3) {
        rgbMeansOfTwo(first * sums.length, to, y * rowLength);
      } else {
        sumColumns(first, rows);
        means(rows, to, y * rowLength);
      }
    }
    return Image.wrap(size, image.channels(), to);
  }

  /** Rows are added up first, as many at a time as sums of 16 bits have room for. */
  private void sumColumns(int first, int rows) {
    for (int row = 0; row < rows; row += MOST_ROWS) {
      addUp(first + row, Math.min(MOST_ROWS, rows - row), row > 0);
    }
  }

  /** Eight samples at a time: those at even and at odd places in a number of four sums each. */
  private void addUp(int first, int rows, boolean toThoseBefore) {
    byte[] from = image.unwrap();
    int length = sums.length;
    Arrays.fill(even, 0);
    Arrays.fill(odd, 0);
    for (int row = first; row < first + rows; row++) {
      int at = row * length;
      for (int i = 0; i < even.length; i++) {
        long eight = (long) EIGHT_SAMPLES.get(from, at + Long.BYTES * i);
        even[i] += eight & EVERY_SECOND;
        odd[i] += eight >>> Byte.SIZE & EVERY_SECOND;
      }
    }
    if (!toThoseBefore) {
      Arrays.fill(sums, 0);
    }
    for (int i = 0; i < even.length; i++) {
      int at = Long.BYTES * i;
      long evens = even[i];
      long odds = odd[i];
      sums[at] += (int) evens & 0xFFFF;
      sums[at + 1] += (int) odds & 0xFFFF;
      sums[at + 2] += (int) evens >>> 16;
      sums[at + 3] += (int) odds >>> 16;
      sums[at + 4] += (int) (evens >>> 32) & 0xFFFF;
      sums[at + 5] += (int) (odds >>> 32) & 0xFFFF;
      sums[at + 6] += (int) (evens >>> 48);
      sums[at + 7] += (int) (odds >>> 48);
    }
    for (int row = first; row < first + rows; row++) {
      for (int i = Long.BYTES * even.length; i < length; i++) {
        sums[i] += from[row * length + i] & 0xFF;
      }
    }
  }

  private void means(int rows, byte[] to, int target) {
    int whole = image.width() / across;
    int rest = image.width() - whole * across;
    Mean mean = new Mean((long) rows * across);
    if (image.channels() == 3) {
      rgbMeans(mean, whole, to, target);
    } else {
      for (int x = 0; x < whole; x++) {
        to[target + x] = mean.of(sum(x * across, across));
      }
    }
    if (rest > 0) {
      Mean ofRest = new Mean((long) rows * rest);
      for (int c = 0; c < image.channels(); c++) {
        long sum = sum(whole * across * image.channels() + c, rest);
        to[target + whole * image.channels() + c] = ofRest.of(sum);
      }
    }
  }

  private long sum(int first, int pixels) {
    long sum = 0;
    for (int i = 0; i < pixels; i++) {
      sum += sums[first + i * image.channels()];
    }
    return sum;
  }

  /** Photos that come from a scaled decoder are often twice as wide as they may be. */
  private void rgbMeansOfTwo(int row, byte[] to, int target) {
    byte[] from = image.unwrap();
    int boxes = image.width() / 2;
    int at = row;
    for (int i = target; i < target + 3 * boxes; i += 3) {
      to[i] = (byte) (((from[at] & 0xFF) + (from[at + 3] & 0xFF) + 1) >> 1);
      to[i + 1] = (byte) (((from[at + 1] & 0xFF) + (from[at + 4] & 0xFF) + 1) >> 1);
      to[i + 2] = (byte) (((from[at + 2] & 0xFF) + (from[at + 5] & 0xFF) + 1) >> 1);
      at += 6;
    }
    if (image.width() % 2 == 1) {
      System.arraycopy(from, at, to, target + 3 * boxes, 3);
    }
  }

  /** The way of photos: the three sums of a box at once. */
  private void rgbMeans(Mean mean, int boxes, byte[] to, int target) {
    int at = 0;
    for (int i = target; i < target + 3 * boxes; i += 3) {
      long red = 0;
      long green = 0;
      long blue = 0;
      for (int end = at + 3 * across; at < end; at += 3) {
        red += sums[at];
        green += sums[at + 1];
        blue += sums[at + 2];
      }
      to[i] = mean.of(red);
      to[i + 1] = mean.of(green);
      to[i + 2] = mean.of(blue);
    }
  }

  /**
   * Divides sums of this many samples, in Pillow's fixed point; the division is done once. Of boxes
   * so large that its 24 bits would lose levels (and all light beyond 16 million pixels) the mean
   * is exact, unlike Pillow's.
   */
  private record Mean(long pixels, long reciprocal) {
    private static final long MOST_IN_FIXED_POINT = 1 << 16;

    Mean(long pixels) {
      this(pixels, (1L << 24) / pixels);
    }

    byte of(long sum) {
      long rounded = sum + pixels / 2;
      return (byte)
          (pixels > MOST_IN_FIXED_POINT ? rounded / pixels : (rounded * reciprocal) >> 24);
    }
  }
}
