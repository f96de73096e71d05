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
  private final HuffmanPairs[] pairs;
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
    this.pairs = new HuffmanPairs[components.length];
    if (kind == ScanRange.Kind.SEQUENTIAL) {
      Arrays.setAll(pairs, c -> new HuffmanPairs(details[c]));
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
    lastMeans[c] += difference(means[c]);
    return lastMeans[c];
  }

  private int difference(HuffmanTable table) throws NotPlainException {
    int entry = entry(table);
    int size = entry >> 8 & 0xFF;
    boolean apart = size > 0 && (entry & HuffmanTable.COMPLETE) == 0;
    return apart ? HuffmanTable.extend(in.read(size), size) : entry >> 16;
  }

  /** Reads a code; as much is read ahead as any number behind it takes. */
  private int entry(HuffmanTable table) throws NotPlainException {
    if (in.count < 32) {
      in.fill();
    }
    int entry = table.entries[(int) (in.bits >>> (64 - HuffmanTable.LOOK))];
    if (entry == 0) {
      entry = table.longCode((int) (in.bits >>> 48));
    }
    in.skip(entry & HuffmanTable.LENGTH);
    return entry;
  }

  /** All of a block. Most time is spent here: fields are copied. */
  private void sequential(int c, InverseDct to) throws NotPlainException {
    HuffmanTable table = details[c];
    int[] entries = pairs[c].entries;
    int[] values = to.values;
    int[] weights = to.weights;
    byte[] places = to.places;
    byte[] buffer = in.buffer;
    int at = in.at;
    long bits = in.bits;
    int count = in.count;
    if (count < 32) {
      bits |= BitReader.eight(buffer, at) >>> count;
      at += (63 - count) >> 3;
      count |= 56;
    }
    int mean = means[c].entries[(int) (bits >>> (64 - HuffmanTable.LOOK))];
    if ((mean & HuffmanTable.COMPLETE) != 0) {
      bits <<= mean & HuffmanTable.LENGTH;
      count -= mean & HuffmanTable.LENGTH;
      lastMeans[c] += mean >> 16;
    } else {
      in.at = at;
      in.bits = bits;
      in.count = count;
      lastMeans[c] += difference(means[c]);
      at = in.at;
      bits = in.bits;
      count = in.count;
    }
    values[0] = (short) lastMeans[c] * weights[0];
    long used = 0;
    int k = 1;
    while (k < Component.BLOCK) {
      if (count < 32) {
        bits |= BitReader.eight(buffer, at) >>> count;
        at += (63 - count) >> 3;
        count |= 56;
      }
      int next = (int) (bits >>> (64 - HuffmanTable.LOOK));
      int entry = entries[next];
      int first = k + (entry >> 8 & 15);
      if ((entry & HuffmanPairs.COMPLETE) != 0 && first < Component.BLOCK - 1) {
        bits <<= entry;
        count -= entry & HuffmanPairs.LENGTH;
        int place = places[first];
        values[place] += (entry >> 22) * weights[first];
        int second = first + (entry >> 12 & 7);
        int another = places[second];
        values[another] += (entry << 10 >> 25) * weights[second];
        used |= 1L << place | 1L << another;
        k = second + 1;
        if ((entry & HuffmanPairs.LAST) != 0) {
          break;
        }
        continue;
      }
      if ((entry & HuffmanPairs.COMPLETE) == 0 && entry != 0) {
        bits <<= entry;
        count -= entry & HuffmanPairs.LENGTH;
        break;
      }
      entry = table.entries[next];
      if (entry == 0) {
        entry = table.longCode((int) (bits >>> 48));
      }
      int length = entry & HuffmanTable.LENGTH;
      bits <<= length;
      count -= length;
      int run = entry >> 12 & 15;
      int size = entry >> 8 & 15;
      if (size == 0) {
        if (run < 15) {
          break;
        }
        k += 16;
        continue;
      }
      int number = entry >> 16;
      if ((entry & HuffmanTable.COMPLETE) == 0) {
        number = HuffmanTable.extend((int) (bits >>> (64 - size)), size);
        bits <<= size;
        count -= size;
      }
      k += run;
      int place = places[k];
      values[place] += number * weights[k];
      used |= 1L << place;
      k++;
    }
    NotPlainException.require(k <= Component.BLOCK, "a coefficient too many");
    in.at = at;
    in.bits = bits;
    in.count = count;
    to.used = used;
  }

  /** Returns which coefficients are new. */
  private long band(HuffmanTable table, short[] to, int first) throws NotPlainException {
    if (endOfBand > 0) {
      endOfBand--;
      return 0;
    }
    long added = 0;
    for (int k = range.first(); k <= range.last(); k++) {
      int entry = entry(table);
      int run = entry >> 12 & 15;
      int size = entry >> 8 & 15;
      if (size == 0) {
        if (run < 15) {
          endOfBand = (1 << run) - 1 + (run == 0 ? 0 : in.read(run));
          return added;
        }
        k += 15;
        continue;
      }
      int number =
          (entry & HuffmanTable.COMPLETE) != 0
              ? entry >> 16
              : HuffmanTable.extend(in.read(size), size);
      k += run;
      NotPlainException.require(k < Component.BLOCK, "a coefficient too many");
      to[first + k] = (short) (number << range.low());
      added |= 1L << k;
    }
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
        endOfBand = (1 << run) + (run == 0 ? 0 : in.read(run));
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
    if (in.count < 32) {
      in.fill();
    }
    int entry = table.entries[(int) (in.bits >>> (64 - HuffmanTable.LOOK))];
    if (entry == 0) {
      entry = table.longCode((int) (in.bits >>> 48));
    }
    int symbol = entry >> 8 & 0xFF;
    int extra = (entry & HuffmanTable.COMPLETE) == 0 ? 0 : symbol & 15;
    in.skip((entry & HuffmanTable.LENGTH) - extra);
    return symbol;
  }

  /** Reads a bit for each of these coefficients. */
  private void refine(short[] to, int first, long which) {
    int bit = 1 << range.low();
    for (long left = which; left != 0; left &= left - 1) {
      int at = first + Long.numberOfTrailingZeros(left);
      int value = to[at];
      if (in.bit() == 1 && (value & bit) == 0) {
        to[at] = (short) (value + (value > 0 ? bit : -bit));
      }
    }
  }
}
