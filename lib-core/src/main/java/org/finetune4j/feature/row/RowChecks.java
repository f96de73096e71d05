package org.finetune4j.feature.row;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.zip.CRC32C;

/** The checksums of rows, and which of them were held against the rows. */
final class RowChecks {
  private int[] checksums = new int[16];

  /** Written by any thread, always to the same value. */
  private boolean[] checked = new boolean[16];

  private int count;

  static int of(ByteBuffer bytes) {
    CRC32C checksum = new CRC32C();
    checksum.update(bytes);
    return (int) checksum.getValue();
  }

  /** Adds the next row. */
  void add(int checksum, boolean isChecked) {
    if (count == checksums.length) {
      checksums = Arrays.copyOf(checksums, 2 * count);
      checked = Arrays.copyOf(checked, 2 * count);
    }
    checksums[count] = checksum;
    checked[count++] = isChecked;
  }

  int count() {
    return count;
  }

  /** Returns the checks of all rows so far; what is found out later is told to both. */
  RowChecks snapshot() {
    RowChecks copy = new RowChecks();
    copy.checksums = checksums;
    copy.checked = checked;
    copy.count = count;
    return copy;
  }

  /** Returns whether a row is what it was, which is computed the first time only. */
  boolean fits(int row, ByteBuffer bytes, int from, int length) {
    if (!checked[row]) {
      checked[row] = of(bytes.slice(from, length)) == checksums[row];
    }
    return checked[row];
  }
}
