package org.finetune4j.engine.train.kernel;

import org.bytedeco.javacpp.FloatPointer;

/** Copies between arrays and memory off the heap; large ones by several threads. */
public final class HeapCopies {
  private static final int PIECE = 1 << 16;

  private HeapCopies() {}

  private interface Piece {
    void copy(FloatPointer memory, int at, int length);
  }

  /** Copies values from an offset on to memory. */
  static void write(float[] values, int offset, int length, FloatPointer to) {
    inPieces(to, length, (memory, at, count) -> memory.put(values, offset + at, count));
  }

  /** Copies memory over values from an offset on, or adds it to them. */
  static void read(FloatPointer from, float[] values, int offset, int length, boolean adds) {
    if (!adds) {
      inPieces(from, length, (memory, at, count) -> memory.get(values, offset + at, count));
      return;
    }
    inPieces(
        from,
        length,
        (memory, at, count) -> {
          float[] more = new float[count];
          memory.get(more, 0, count);
          add(more, values, offset + at);
        });
  }

  /** Adds values to others from an offset on. */
  public static void add(float[] more, float[] values, int offset) {
    for (int i = 0; i < more.length; i++) {
      values[offset + i] += more[i];
    }
  }

  private static void inPieces(FloatPointer memory, int length, Piece body) {
    int pieces = (length + PIECE - 1) / PIECE;
    Parallel.loop(
        pieces,
        length / Math.max(1, pieces),
        piece -> {
          int at = piece * PIECE;
          body.copy(memory.getPointer(at), at, Math.min(PIECE, length - at));
        });
  }
}
