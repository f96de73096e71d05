package org.finetune4j.decode.jpeg;

/**
 * Reads the blocks of baseline files (ITU-T T.81, annex F.2.2) for one component of a scan. Most
 * time of a draft is spent here.
 */
final class BlockReader {
  private static final int LAST = Component.BLOCK - 1;

  /** So many entries are found in the bits that are read at once, one more before them. */
  private static final int LOOKS = 4;

  private final BitReader in;
  private final HuffmanTable means;
  private final HuffmanTable details;
  private final int[] entries;
  private final InverseDct[] transforms;
  private int mean;

  BlockReader(BitReader in, HuffmanTable means, HuffmanTable details, Component component) {
    this.in = in;
    this.means = means;
    this.details = details;
    this.entries = component.side == 1 ? details.skips() : details.pairs();
    this.transforms = component.transforms;
  }

  /** Forgets the block before. */
  void restart() {
    mean = 0;
  }

  /** Reads all of the component's blocks in a unit. */
  void readUnit(int place) throws NotPlainException {
    for (InverseDct to : transforms) {
      read(to, place);
    }
  }

  /** Reads a block, and gives its coefficients to a transform. */
  void read(InverseDct to, int block) throws NotPlainException {
    long bits = in.peek();
    int entry = means.entries[(int) (bits >>> (Long.SIZE - HuffmanTable.LOOK))];
    if ((entry & HuffmanTable.COMPLETE) != 0) {
      mean += entry >> 16;
    } else {
      mean += in.number(in.entry(means));
      bits = in.peek();
      entry = 0;
    }
    to.values[block] = (short) mean * (int) (to.terms[0] >> 32);
    int last = known(to, block, 0, bits << entry, entry);
    while (last < LAST) {
      last = detail(to, block, last);
      if (last < LAST) {
        last = known(to, block, last, in.peek(), 0);
      }
    }
    NotPlainException.require((last & HuffmanPairs.APART) == 0, "a coefficient too many");
  }

  /**
   * Details as far as entries know them. Nothing is called, for which everything would have to
   * leave its register, and nothing is asked about entries but whether they are the block's last:
   * where there is no coefficient, a zero is written.
   *
   * @param from the last one that is known
   * @param ahead the bits behind it
   * @param length how many bits were taken before these, in its lowest bits
   * @return the last one now, or behind the block's end
   */
  private int known(InverseDct to, int block, int from, long ahead, int length) {
    int[] known = entries;
    int[] values = to.values;
    long[] terms = to.terms;
    long bits = ahead;
    int taken = length; // the lengths of all entries add up below what else they say
    int last = from;
    while (true) {
      for (int look = 0; look < LOOKS; look++) {
        int entry = known[(int) (bits >>> (Long.SIZE - HuffmanTable.LOOK))];
        int next = last + (entry >> 6 & 0xFF);
        if ((next & HuffmanPairs.APART) != 0) {
          in.skip(taken & HuffmanTable.LENGTH);
          return last;
        }
        // Where there is no second one, the first takes its place.
        long second = terms[next & LAST];
        values[(int) second + block] = (entry << 8 >> 26) * (int) (second >> 32);
        long first = terms[last + 1 + (entry >> 14 & 15)];
        values[(int) first + block] = (entry >> 24) * (int) (first >> 32);
        taken += entry;
        if (next >= LAST) {
          in.skip(taken & HuffmanTable.LENGTH);
          return next;
        }
        bits <<= entry;
        last = next;
      }
      in.skip(taken & HuffmanTable.LENGTH);
      bits = in.peek();
      taken = 0;
    }
  }

  /** One detail of a block, or its end. */
  private int detail(InverseDct to, int block, int last) throws NotPlainException {
    int entry = in.entry(details);
    int run = entry >> 12 & 15;
    if ((entry >> 8 & 15) == 0) {
      return last + (run < 15 ? HuffmanPairs.END : 16);
    }
    int k = last + 1 + run;
    to.set(block, k, in.number(entry));
    return k;
  }
}
