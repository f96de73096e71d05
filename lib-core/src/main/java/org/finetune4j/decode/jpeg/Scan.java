package org.finetune4j.decode.jpeg;

import java.util.Arrays;

/**
 * One pass over the picture (ITU-T T.81, annexes F and G), which is decoded stripe by stripe. Where
 * a picture has several, all go through a stripe before any begins the next: in the order of the
 * file, as if each had gone through the whole picture.
 */
final class Scan {
  /** From zigzag to natural order; what a damaged file puts behind the end falls on the end. */
  static final byte[] NATURAL = natural();

  private final Component[] components;
  private final HuffmanTable[] means;
  private final HuffmanTable[] details;
  private final ScanRange range;
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
    this.in = in;
    this.unitsPerRow = unitsPerRow;
    this.restartInterval = restartInterval;
    this.unitsToRestart = restartInterval;
    this.lastMeans = new int[components.length];
  }

  private static byte[] natural() {
    byte[] order = new byte[64 + 16];
    Arrays.fill(order, (byte) 63);
    int x = 0;
    int y = 0;
    for (int i = 0; i < 64; i++) {
      order[i] = (byte) (8 * y + x);
      boolean up = (x + y) % 2 == 0;
      if (up) {
        if (x == 7) {
          y++;
        } else {
          x++;
          y = Math.max(0, y - 1);
        }
      } else if (y == 7) {
        x++;
      } else {
        y++;
        x = Math.max(0, x - 1);
      }
    }
    return order;
  }

  /** Decodes the scan's share of a stripe. */
  void decode(int stripe) throws NotPlainException {
    if (components.length == 1) {
      alone(stripe);
    } else {
      interleaved();
    }
  }

  private void alone(int stripe) throws NotPlainException {
    Component component = components[0];
    int rows = Math.min(component.down, component.blockRows - stripe * component.down);
    for (int row = 0; row < rows; row++) {
      for (int i = 0; i < component.blocksPerRow; i++) {
        beginUnit();
        block(0, component, row * component.storedPerRow + i);
      }
    }
  }

  private void interleaved() throws NotPlainException {
    for (int unit = 0; unit < unitsPerRow; unit++) {
      beginUnit();
      for (int c = 0; c < components.length; c++) {
        Component component = components[c];
        for (int row = 0; row < component.down; row++) {
          int first = row * component.storedPerRow + unit * component.across;
          for (int i = 0; i < component.across; i++) {
            block(c, component, first + i);
          }
        }
      }
    }
  }

  private void beginUnit() throws NotPlainException {
    in.check();
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

  private void block(int c, Component component, int index) throws NotPlainException {
    short[] to = component.coefficients;
    int first = index * Component.BLOCK;
    switch (range.kind()) {
      case SEQUENTIAL -> {
        to[first] = (short) mean(c);
        component.detailed[index] = sequential(details[c], to, first);
      }
      case MEANS -> to[first] = (short) (mean(c) << range.low());
      case MEANS_REFINED -> to[first] |= (short) (in.bit() << range.low());
      case DETAILS -> component.detailed[index] |= band(details[c], to, first);
      case DETAILS_REFINED -> component.detailed[index] |= refined(details[c], to, first);
    }
  }

  private int mean(int c) throws NotPlainException {
    int entry = entry(means[c]);
    int size = entry >> 8 & 0xFF;
    int difference = entry >> 16;
    if (size > 0 && (entry & HuffmanTable.COMPLETE) == 0) {
      difference = HuffmanTable.extend(in.read(size), size);
    }
    lastMeans[c] += difference;
    return lastMeans[c];
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

  /** Returns whether the block has any detail. Most time is spent here: fields are copied. */
  private boolean sequential(HuffmanTable table, short[] to, int first) throws NotPlainException {
    int[] entries = table.entries;
    long bits = in.bits;
    int count = in.count;
    int k = 1;
    while (k < Component.BLOCK) {
      if (count < 32) {
        in.bits = bits;
        in.count = count;
        in.fill();
        bits = in.bits;
        count = in.count;
      }
      int entry = entries[(int) (bits >>> (64 - HuffmanTable.LOOK))];
      if ((entry & HuffmanTable.COMPLETE) != 0) {
        int length = entry & HuffmanTable.LENGTH;
        bits <<= length;
        count -= length;
        k += entry >> 12 & 15;
        to[first + NATURAL[k++]] = (short) (entry >> 16);
        continue;
      }
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
      k += run;
      to[first + NATURAL[k++]] = (short) HuffmanTable.extend((int) (bits >>> (64 - size)), size);
      bits <<= size;
      count -= size;
    }
    in.bits = bits;
    in.count = count;
    return k > 1;
  }

  private boolean band(HuffmanTable table, short[] to, int first) throws NotPlainException {
    if (endOfBand > 0) {
      endOfBand--;
      return false;
    }
    boolean any = false;
    for (int k = range.first(); k <= range.last(); k++) {
      int entry = entry(table);
      int run = entry >> 12 & 15;
      int size = entry >> 8 & 15;
      if (size == 0) {
        if (run < 15) {
          endOfBand = (1 << run) - 1 + (run == 0 ? 0 : in.read(run));
          return any;
        }
        k += 15;
        continue;
      }
      int number =
          (entry & HuffmanTable.COMPLETE) != 0
              ? entry >> 16
              : HuffmanTable.extend(in.read(size), size);
      k += run;
      to[first + NATURAL[k]] = (short) (number << range.low());
      any = true;
    }
    return any;
  }

  /** A bit more of each number that is not zero yet, and new ones of one bit. */
  private boolean refined(HuffmanTable table, short[] to, int first) throws NotPlainException {
    int k = range.first();
    boolean any = false;
    while (endOfBand == 0 && k <= range.last()) {
      int symbol = code(table);
      int run = symbol >> 4;
      int number = 0;
      if ((symbol & 15) != 0) {
        NotPlainException.require((symbol & 15) == 1, "more than one new bit");
        number = in.bit() == 1 ? 1 << range.low() : -1 << range.low();
        any = true;
      } else if (run < 15) {
        endOfBand = (1 << run) + (run == 0 ? 0 : in.read(run));
        break;
      }
      k = refine(to, first, k, run);
      if (number != 0) {
        to[first + NATURAL[k]] = (short) number;
      }
      k++;
    }
    if (endOfBand > 0) {
      refine(to, first, k, Component.BLOCK);
      endOfBand--;
    }
    return any;
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

  /** Refines up to where so many zeros are passed over; returns the place of the next one. */
  private int refine(short[] to, int first, int from, int zeros) {
    int bit = 1 << range.low();
    int left = zeros;
    int k = from;
    for (; k <= range.last(); k++) {
      int at = first + NATURAL[k];
      int value = to[at];
      if (value == 0) {
        if (--left < 0) {
          break;
        }
      } else if (in.bit() == 1 && (value & bit) == 0) {
        to[at] = (short) (value + (value > 0 ? bit : -bit));
      }
    }
    return k;
  }
}
