package org.finetune4j.feature;

import java.io.IOException;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.channels.FileChannel;
import java.util.ArrayList;
import java.util.List;

/**
 * Rows in a memory-mapped file of little-endian floats: they cost page cache, not heap. A buffer
 * holds at most 2 GiB, so a large file is mapped in pieces of whole rows.
 */
final class MappedRows implements Rows {
  private static final long PIECE_BYTES = 1L << 30;

  private final List<FloatBuffer> pieces;
  private final int rowsPerPiece;
  private final int columns;

  private MappedRows(List<FloatBuffer> pieces, int rowsPerPiece, int columns) {
    this.pieces = pieces;
    this.rowsPerPiece = rowsPerPiece;
    this.columns = columns;
  }

  static MappedRows map(FileChannel channel, int columns, int count) throws IOException {
    long rowBytes = (long) columns * Float.BYTES;
    int rowsPerPiece = (int) Math.max(1, PIECE_BYTES / rowBytes);
    List<FloatBuffer> pieces = new ArrayList<>();
    for (int row = 0; row < count; row += rowsPerPiece) {
      long bytes = Math.min(rowsPerPiece, count - row) * rowBytes;
      pieces.add(
          channel
              .map(FileChannel.MapMode.READ_ONLY, row * rowBytes, bytes)
              .order(ByteOrder.LITTLE_ENDIAN)
              .asFloatBuffer());
    }
    return new MappedRows(pieces, rowsPerPiece, columns);
  }

  @Override
  public int columns() {
    return columns;
  }

  @Override
  public void read(int row, float[] target, int offset) {
    pieces.get(row / rowsPerPiece).get(row % rowsPerPiece * columns, target, offset, columns);
  }
}
