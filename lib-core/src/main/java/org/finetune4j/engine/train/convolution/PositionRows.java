package org.finetune4j.engine.train.convolution;

import java.nio.FloatBuffer;
import org.finetune4j.engine.train.convolution.PositionPieces.Piece;
import org.finetune4j.engine.train.kernel.Blob;
import org.finetune4j.engine.train.kernel.HeapCopies;
import org.finetune4j.engine.train.kernel.NativeMatrix;

/** A batch as rows, one of each channel, of the positions that filters read. */
final class PositionRows {
  private final int channels;
  private final int area;

  /** Where each position lies in a plane; empty if they are all that there are. */
  private final int[] places;

  PositionRows(Blob blob, Blob output, int stride) {
    this.channels = blob.channels();
    this.area = blob.area();
    this.places = stride == 1 ? new int[0] : new int[output.area()];
    for (int i = 0; i < places.length; i++) {
      int row = i / output.shape().width() * stride;
      int column = i % output.shape().width() * stride;
      places[i] = row * blob.shape().width() + column;
    }
  }

  /** Copies values of a piece to a matrix. */
  void load(Piece piece, float[] values, NativeMatrix matrix) {
    FloatBuffer memory = matrix.memory();
    int count = piece.positions();
    float[] row = new float[places.length == 0 ? 0 : count];
    forEachRow(
        piece,
        (channel, plane, at) -> {
          if (places.length == 0) {
            memory.put(at, values, plane + piece.first(), count);
            return;
          }
          for (int i = 0; i < count; i++) {
            row[i] = values[plane + places[piece.first() + i]];
          }
          memory.put(at, row, 0, count);
        });
  }

  /** Writes a matrix over the values of a piece, or adds it. */
  void store(Piece piece, NativeMatrix matrix, float[] values, boolean adds) {
    FloatBuffer memory = matrix.memory();
    int count = piece.positions();
    float[] row = new float[adds ? count : 0];
    forEachRow(
        piece,
        (channel, plane, at) -> {
          if (!adds) {
            memory.get(at, values, plane + piece.first(), count);
            return;
          }
          memory.get(at, row, 0, count);
          if (places.length == 0) {
            HeapCopies.add(row, values, plane + piece.first());
          } else {
            for (int i = 0; i < count; i++) {
              values[plane + places[piece.first() + i]] += row[i];
            }
          }
        });
  }

  /** Writes a matrix over the values of a piece, to each channel its bias added. */
  void store(Piece piece, NativeMatrix matrix, float[] bias, float[] values) {
    FloatBuffer memory = matrix.memory();
    int count = piece.positions();
    forEachRow(
        piece,
        (channel, plane, at) -> {
          int to = plane + piece.first();
          memory.get(at, values, to, count);
          shift(values, to, to + count, bias[channel]);
        });
  }

  private static void shift(float[] values, int start, int end, float by) {
    if (by != 0) {
      for (int i = start; i < end; i++) {
        values[i] += by;
      }
    }
  }

  private interface Row {
    void accept(int channel, int plane, int at);
  }

  private void forEachRow(Piece piece, Row body) {
    for (int channel = 0; channel < channels; channel++) {
      for (int i = 0; i < piece.samples(); i++) {
        int plane = ((piece.sample() + i) * channels + channel) * area;
        body.accept(channel, plane, (channel * piece.samples() + i) * piece.positions());
      }
    }
  }
}
