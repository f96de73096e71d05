package org.finetune4j.feature.row;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Rows in a memory-mapped file of little-endian floats: they cost page cache, not heap. A buffer
 * holds at most 2 GiB, so a large file is mapped in pieces of whole rows. A row that nobody checked
 * yet is when it is first read, so that a large file is opened without reading it.
 */
final class MappedRows implements Rows {
  private static final long PIECE_BYTES = 1L << 30;

  private final Path folder;
  private final List<ByteBuffer> pieces = new ArrayList<>();
  private final List<FloatBuffer> floats = new ArrayList<>();
  private final int rowsPerPiece;
  private final int columns;
  private final RowChecks checks;

  private MappedRows(Path folder, int rowsPerPiece, int columns, RowChecks checks) {
    this.folder = folder;
    this.rowsPerPiece = rowsPerPiece;
    this.columns = columns;
    this.checks = checks;
  }

  /**
   * Maps rows.
   *
   * @param folder for messages
   * @param checks of all rows that are mapped
   */
  static MappedRows map(Path folder, FileChannel channel, int columns, RowChecks checks)
      throws IOException {
    long rowBytes = (long) columns * Float.BYTES;
    int rowsPerPiece = (int) Math.max(1, PIECE_BYTES / rowBytes);
    MappedRows rows = new MappedRows(folder, rowsPerPiece, columns, checks);
    for (int row = 0; row < checks.count(); row += rowsPerPiece) {
      long bytes = Math.min(rowsPerPiece, checks.count() - row) * rowBytes;
      ByteBuffer piece =
          channel
              .map(FileChannel.MapMode.READ_ONLY, row * rowBytes, bytes)
              .order(ByteOrder.LITTLE_ENDIAN);
      rows.pieces.add(piece);
      rows.floats.add(piece.asFloatBuffer());
    }
    return rows;
  }

  @Override
  public int columns() {
    return columns;
  }

  @Override
  public void read(int row, float[] target, int offset) {
    int piece = row / rowsPerPiece;
    int first = row % rowsPerPiece * columns;
    if (!checks.fits(row, pieces.get(piece), first * Float.BYTES, columns * Float.BYTES)) {
      throw new UncheckedIOException(
          new IOException(
              "Row "
                  + row
                  + " of the cache in "
                  + folder
                  + " is damaged. Delete this folder; its features are computed again."));
    }
    floats.get(piece).get(first, target, offset, columns);
  }
}
