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
  private BlockReader[] readers = new BlockReader[0];
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
  }

  /** Prepares for decoding, when it is known what blocks become. */
  void start() {
    if (kind == ScanRange.Kind.SEQUENTIAL) {
      readers = new BlockReader[components.length];
      Arrays.setAll(readers, c -> new BlockReader(in, means[c], details[c], components[c]));
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
      for (int column = 0; column < component.blocksPerRow; ) {
        int first = column / component.across;
        int end = Math.min(component.blocksPerRow, column + InverseDct.BLOCKS * component.across);
        for (; column < end; column++) {
          beginUnit();
          int unit = column / component.across;
          block(0, row, column - unit * component.across, unit, unit - first);
        }
        write(component, stripe, row, first, Frame.divideUp(end, component.across) - first);
      }
    }
  }

  private void interleaved(int stripe) throws NotPlainException {
    for (int first = 0; first < unitsPerRow; first += InverseDct.BLOCKS) {
      int units = Math.min(InverseDct.BLOCKS, unitsPerRow - first);
      for (int unit = 0; unit < units; unit++) {
        unit(first + unit, unit);
      }
      for (Component component : components) {
        for (int row = 0; row < component.down; row++) {
          write(component, stripe, row, first, units);
        }
      }
    }
  }

  private void unit(int unit, int place) throws NotPlainException {
    beginUnit();
    for (BlockReader reader : readers) {
      reader.readUnit(place);
    }
    for (int c = 0; c < components.length && readers.length == 0; c++) {
      for (int row = 0; row < components[c].down; row++) {
        for (int column = 0; column < components[c].across; column++) {
          block(c, row, column, unit, place);
        }
      }
    }
  }

  /** Writes blocks that are complete; where scans follow, none is. */
  private void write(Component component, int stripe, int row, int firstUnit, int units) {
    if (kind == ScanRange.Kind.SEQUENTIAL) {
      component.write(stripe, row, firstUnit, units);
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
        for (BlockReader reader : readers) {
          reader.restart();
        }
      }
      unitsToRestart--;
    }
  }

  /** Refuses a scan that ended before its last bit. */
  void end() throws NotPlainException {
    in.check();
  }

  private void block(int c, int row, int column, int unit, int place) throws NotPlainException {
    Component component = components[c];
    if (kind == ScanRange.Kind.SEQUENTIAL) {
      readers[c].read(component.transform(row, column), place);
      return;
    }
    short[] to = component.coefficients;
    int index = row * component.storedPerRow + unit * component.across + column;
    int first = index * Component.BLOCK;
    switch (kind) {
      case MEANS -> to[first] = (short) (mean(c) << range.low());
      case MEANS_REFINED -> to[first] |= (short) (in.bit() << range.low());
      case DETAILS -> component.known[index] |= added(details[c], to, first);
      case DETAILS_REFINED ->
          component.known[index] = refined(component, details[c], first, component.known[index]);
      default -> throw new AssertionError(kind);
    }
  }

  private int mean(int c) throws NotPlainException {
    lastMeans[c] += in.number(in.entry(means[c]));
    return lastMeans[c];
  }

  /** Returns which coefficients are new. */
  private long added(HuffmanTable table, short[] to, int first) throws NotPlainException {
    if (endOfBand > 0) {
      endOfBand--;
      return 0;
    }
    return added(table, to, first, range.first());
  }

  /** Returns which coefficients are new, from one on behind which all are zero. */
  private long added(HuffmanTable table, short[] to, int first, int from) throws NotPlainException {
    long added = 0;
    int seen = 0;
    long bits = in.ahead();
    for (int k = from; k <= range.last(); k++) {
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
        entry = in.entry(table);
        number = in.number(entry);
        bits = in.ahead();
      }
      seen |= entry;
      int run = entry >> 12 & 15;
      if ((entry >> 8 & 15) == 0) {
        if (run < 15) {
          in.skipTo(bits);
          endOfBand = (1 << run) - 1 + in.read(run);
          requireBits(seen);
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
    requireBits(seen);
    return added;
  }

  /** Refuses new numbers of many bits where others get one. */
  private void requireBits(int entries) throws NotPlainException {
    boolean single = (entries >> 8 & 15) <= 1;
    NotPlainException.require(single || kind == ScanRange.Kind.DETAILS, "more than one new bit");
  }

  /**
   * A bit more of each number that is not zero yet, and new ones of one bit.
   *
   * <p>The bits of the former stand between the codes of the latter. They are only collected at
   * first: for what follows it counts how many they are, and one loop is guessed better than many.
   * Behind the last of the former, codes follow each other as if nothing was known.
   *
   * @param known which coefficients are not zero
   * @return which are not now
   */
  private long refined(Component component, HuffmanTable table, int first, long known)
      throws NotPlainException {
    short[] to = component.coefficients;
    long before = known & range.band();
    long left = before;
    long zeros = range.band() & ~known;
    long now = known;
    long more = 0;
    while (left != 0 && endOfBand == 0) {
      int entry = in.entry(table);
      int run = entry >> 12 & 15;
      int size = entry >> 8 & 15;
      if (size == 0 && run < 15) {
        endOfBand = (1 << run) + in.read(run);
        break;
      }
      int number = in.number(entry);
      for (; run > 0; run--) {
        zeros &= zeros - 1;
      }
      long place = Long.lowestOneBit(zeros);
      long passed = left & (place - 1);
      int count = Long.bitCount(passed);
      more = more << count | in.readLong(count);
      left ^= passed;
      zeros ^= place;
      if (size > 0) {
        requireBits(entry);
        NotPlainException.require(place != 0, "a coefficient too many");
        to[first + Long.numberOfTrailingZeros(place)] = (short) (number << range.low());
        now |= place;
      }
    }
    if (endOfBand > 0) {
      int count = Long.bitCount(left);
      more = more << count | in.readLong(count);
      endOfBand--;
    } else if (zeros != 0) {
      long added = added(table, to, first, Long.numberOfTrailingZeros(zeros));
      NotPlainException.require((added & ~range.band()) == 0, "a coefficient too many");
      now |= added;
    }
    refine(to, first, before, more);
    return now;
  }

  /**
   * Makes coefficients larger by a bit.
   *
   * @param which of them
   * @param more the bit of each, that of the last one lowest
   */
  private void refine(short[] to, int first, long which, long more) {
    long bits = more;
    for (long left = which; left != 0; bits >>>= 1) {
      int k = Long.SIZE - 1 - Long.numberOfLeadingZeros(left);
      int one = (to[first + k] >> 31 | 1) << range.low();
      to[first + k] += (short) (one & -(int) (bits & 1));
      left ^= 1L << k;
    }
  }
}
