package org.finetune4j.decode.jpeg;

import java.util.Arrays;

/**
 * One pass over the picture (ITU-T T.81, annexes F and G), which is decoded stripe by stripe. Where
 * a picture has several, all go through a stripe before any begins the next: in the order of the
 * file, as if each had gone through the whole picture.
 */
final class Scan {
  private final Component[] components;
  private final HuffmanTable[] means;
  private final HuffmanTable[] details;
  private final int[][] pairs;
  private final ScanRange range;
  private final ScanRange.Kind kind;
  private final BitReader in;
  private final int unitsPerRow;
  private final int restartInterval;
  private final int[] lastMeans;
  private int unitsToRestart;
  private int restarts;
  private int endOfBand;

  /**
   * @param means for each component, where the scan has them
   * @param details for each component, where the scan has them
   * @param unitsPerRow minimum coded units in a row, if there are several components
   */
  Scan(
      Component[] components,
      HuffmanTable[] means,
      HuffmanTable[] details,
      ScanRange range,
      BitReader in,
      int unitsPerRow,
      int restartInterval) {
    this.components = components;
    this.means = means;
    this.details = details;
    this.range = range;
    this.kind = range.kind();
    this.in = in;
    this.unitsPerRow = unitsPerRow;
    this.restartInterval = restartInterval;
    this.unitsToRestart = restartInterval;
    this.lastMeans = new int[components.length];
    this.pairs = new int[components.length][];
  }

  /** Prepares for decoding, when it is known what blocks become. */
  void start() {
    if (kind == ScanRange.Kind.SEQUENTIAL) {
      Arrays.setAll(pairs, c -> components[c].side == 1 ? details[c].skips() : details[c].pairs());
    }
  }

  /** Decodes the scan's share of a stripe. */
  void decode(int stripe) throws NotPlainException {
    if (components.length == 1) {
      alone(stripe);
    } else {
      interleaved(stripe);
    }
  }

  private void alone(int stripe) throws NotPlainException {
    Component component = components[0];
    int rows = Math.min(component.down, component.blockRows - stripe * component.down);
    for (int row = 0; row < rows; row++) {
      for (int column = 0; column < component.blocksPerRow; column++) {
        beginUnit();
        block(0, component, stripe, row, column);
      }
    }
  }

  private void interleaved(int stripe) throws NotPlainException {
    for (int unit = 0; unit < unitsPerRow; unit++) {
      beginUnit();
      for (int c = 0; c < components.length; c++) {
        Component component = components[c];
        for (int row = 0; row < component.down; row++) {
          for (int i = 0; i < component.across; i++) {
            block(c, component, stripe, row, unit * component.across + i);
          }
        }
      }
    }
  }

  private void beginUnit() throws NotPlainException {
    in.beginUnit();
    if (restartInterval > 0) {
      if (unitsToRestart == 0) {
        in.restart(restarts);
        restarts = (restarts + 1) & 7;
        unitsToRestart = restartInterval;
        endOfBand = 0;
        Arrays.fill(lastMeans, 0);
      }
      unitsToRestart--;
    }
  }

  /** Refuses a scan that ended before its last bit. */
  void end() throws NotPlainException {
    in.check();
  }

  private void block(int c, Component component, int stripe, int row, int column)
      throws NotPlainException {
    if (kind == ScanRange.Kind.SEQUENTIAL) {
      sequential(c, component.transform());
      component.write(stripe * component.down + row, column);
      return;
    }
    short[] to = component.coefficients;
    int index = row * component.storedPerRow + column;
    int first = index * Component.BLOCK;
    switch (kind) {
      case MEANS -> to[first] = (short) (mean(c) << range.low());
      case MEANS_REFINED -> to[first] |= (short) (in.bit() << range.low());
      case DETAILS -> component.known[index] |= band(details[c], to, first);
      case DETAILS_REFINED ->
          component.known[index] = refined(details[c], to, first, component.known[index]);
      default -> throw new AssertionError(kind);
    }
  }

  private int mean(int c) throws NotPlainException {
    int entry = entry(means[c]);
    lastMeans[c] += number(entry);
    return lastMeans[c];
  }

  /** Reads a code, perhaps with its number. */
  private int entry(HuffmanTable table) throws NotPlainException {
    long bits = in.peek();
    int entry = table.entries[(int) (bits >>> (64 - HuffmanTable.LOOK))];
    if (entry == 0) {
      entry = table.longCode((int) (bits >>> 48));
    }
    in.skip(entry & HuffmanTable.LENGTH);
    return entry;
  }

  /** Returns the number behind a code. */
  private int number(int entry) {
    int size = entry >> 8 & 15;
    return (entry & HuffmanTable.COMPLETE) != 0
        ? entry >> 16
        : HuffmanTable.extend(in.read(size), size);
  }

  /** All of a block. */
  private void sequential(int c, InverseDct to) throws NotPlainException {
    to.values[0] = (short) mean(c) * (int) (to.terms[0] >> 32);
    int last = known(pairs[c], to, 0);
    while (last < Component.BLOCK - 1) {
      last = known(pairs[c], to, detail(details[c], to, last));
    }
    NotPlainException.require((last & HuffmanPairs.APART) == 0, "a coefficient too many");
    to.last = last < HuffmanPairs.END ? last : last - HuffmanPairs.END;
  }

  /**
   * Details as far as entries know them. Most time is spent here: nothing is called, for which
   * everything would have to leave its register.
   *
   * @return the last one, or behind the block's end
   */
  private int known(int[] entries, InverseDct to, int from) {
    int[] values = to.values;
    long[] terms = to.terms;
    int last = from;
    long bits = in.ahead();
    while (last < Component.BLOCK - 1) {
      if (!BitReader.hasLook(bits)) {
        in.skipTo(bits);
        bits = in.ahead();
      }
      int entry = entries[(int) (bits >>> (64 - HuffmanTable.LOOK))];
      int next = last + (entry >> 6 & 0xFF);
      if ((next & HuffmanPairs.APART) != 0) {
        break;
      }
      bits <<= entry;
      long first = terms[last + 1 + (entry >> 14 & 15)];
      values[(int) first] += (entry >> 24) * (int) (first >> 32);
      long second = terms[next & 63];
      values[(int) second] += (entry << 8 >> 26) * (int) (second >> 32);
      last = next;
    }
    in.skipTo(bits);
    return last;
  }

  /** One detail of a block, or its end. */
  private int detail(HuffmanTable table, InverseDct to, int last) throws NotPlainException {
    int entry = entry(table);
    int run = entry >> 12 & 15;
    if ((entry >> 8 & 15) == 0) {
      return last + (run < 15 ? HuffmanPairs.END : 16);
    }
    int k = last + 1 + run;
    to.add(k, number(entry));
    return k;
  }

  /** Returns which coefficients are new. */
  private long band(HuffmanTable table, short[] to, int first) throws NotPlainException {
    if (endOfBand > 0) {
      endOfBand--;
      return 0;
    }
    long added = 0;
    long bits = in.ahead();
    for (int k = range.first(); k <= range.last(); k++) {
      if (!BitReader.hasLook(bits)) {
        in.skipTo(bits);
        bits = in.ahead();
      }
      int entry = table.entries[(int) (bits >>> (64 - HuffmanTable.LOOK))];
      int number = entry >> 16;
      if ((entry & HuffmanTable.COMPLETE) != 0) {
        bits <<= entry;
      } else {
        in.skipTo(bits);
        entry = entry(table);
        number = number(entry);
        bits = in.ahead();
      }
      int run = entry >> 12 & 15;
      if ((entry >> 8 & 15) == 0) {
        if (run < 15) {
          in.skipTo(bits);
          endOfBand = (1 << run) - 1 + in.read(run);
          return added;
        }
        k += 15;
        continue;
      }
      k += run;
      NotPlainException.require(k < Component.BLOCK, "a coefficient too many");
      to[first + k] = (short) (number << range.low());
      added |= 1L << k;
    }
    in.skipTo(bits);
    return added;
  }

  /**
   * A bit more of each number that is not zero yet, and new ones of one bit.
   *
   * @param known which coefficients are not zero
   * @return which are not now
   */
  private long refined(HuffmanTable table, short[] to, int first, long known)
      throws NotPlainException {
    long before = known;
    long now = known;
    int k = range.first();
    while (endOfBand == 0 && k <= range.last()) {
      int symbol = code(table);
      int run = symbol >> 4;
      int number = 0;
      if ((symbol & 15) != 0) {
        NotPlainException.require((symbol & 15) == 1, "more than one new bit");
        number = in.bit() == 1 ? 1 << range.low() : -1 << range.low();
      } else if (run < 15) {
        endOfBand = (1 << run) + in.read(run);
        break;
      }
      int end = behind(before, k, run);
      refine(to, first, before & between(k, end));
      if (number != 0) {
        NotPlainException.require(end <= range.last(), "a coefficient too many");
        to[first + end] = (short) number;
        now |= 1L << end;
      }
      k = end + 1;
    }
    if (endOfBand > 0) {
      refine(to, first, before & between(k, range.last() + 1));
      endOfBand--;
    }
    return now;
  }

  /** Returns the place of the next zero behind so many others, at most the end of the band. */
  private int behind(long known, int from, int zeros) {
    int left = zeros;
    for (int k = from; k <= range.last(); k++) {
      int next = Math.min(range.last() + 1, k + Long.numberOfTrailingZeros(known >>> k));
      if (next - k > left) {
        return k + left;
      }
      left -= next - k;
      k = next;
    }
    return range.last() + 1;
  }

  private static long between(int from, int end) {
    return from >= end ? 0 : -1L << from & -1L >>> (Component.BLOCK - end);
  }

  /** Reads a code without what follows it. */
  private int code(HuffmanTable table) throws NotPlainException {
    int entry = entry(table);
    int symbol = entry >> 8 & 0xFF;
    in.skip((entry & HuffmanTable.COMPLETE) == 0 ? 0 : -(symbol & 15));
    return symbol;
  }

  /** Reads a bit for each of these coefficients. */
  private void refine(short[] to, int first, long which) {
    if (which == 0) {
      return;
    }
    int bit = 1 << range.low();
    long bits = in.ahead();
    for (long left = which; left != 0; left &= left - 1) {
      if (!BitReader.hasLook(bits)) {
        in.skipTo(bits);
        bits = in.ahead();
      }
      int at = first + Long.numberOfTrailingZeros(left);
      int value = to[at];
      if (bits < 0 && (value & bit) == 0) {
        to[at] = (short) (value + (value > 0 ? bit : -bit));
      }
      bits <<= 1;
    }
    in.skipTo(bits);
  }
}
