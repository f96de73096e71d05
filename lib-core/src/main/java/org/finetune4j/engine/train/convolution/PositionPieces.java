package org.finetune4j.engine.train.convolution;

import org.finetune4j.engine.train.kernel.Blob;

/** A batch cut into pieces: some positions of a sample, or all of a few samples. */
final class PositionPieces {
  /** Values of input and output together that the processor's second cache holds. */
  private static final int CACHED = 3 << 16;

  /** Positions that make a matrix product worth its while. */
  private static final int WORTH_IT = 768;

  private final int n;
  private final int area;
  private final int samples;
  private final int positions;
  private final PositionRows input;
  private final PositionRows output;
  private final int inputChannels;
  private final int outputChannels;

  /**
   * @param stride from a position of the input that is read to the next
   * @param lanes how many work at a time
   */
  PositionPieces(int n, Blob input, Blob output, int stride, int lanes) {
    this.n = n;
    this.area = output.area();
    this.inputChannels = input.channels();
    this.outputChannels = output.channels();
    this.input = new PositionRows(input, output, stride);
    this.output = new PositionRows(output, output, 1);
    int most = Math.max(WORTH_IT, CACHED / (inputChannels + outputChannels));
    this.positions = evenly(area, most, 1);
    this.samples = area > most ? 1 : evenly(n, lanes * Math.max(1, WORTH_IT / area), lanes);
  }

  /** Returns the size of about equal pieces; one for each lane together are no larger than most. */
  private static int evenly(int all, int most, int lanes) {
    int count = (all + most - 1) / most * lanes;
    return (all + count - 1) / count;
  }

  /**
   * Some positions of some samples.
   *
   * @param sample the first sample
   * @param samples how many
   * @param first the first position of each
   * @param positions how many of each
   */
  record Piece(int sample, int samples, int first, int positions) {
    int columns() {
      return samples * positions;
    }
  }

  int count() {
    return (n + samples - 1) / samples * cuts();
  }

  Piece get(int i) {
    int sample = i / cuts() * samples;
    int first = i % cuts() * positions;
    return new Piece(
        sample, Math.min(samples, n - sample), first, Math.min(positions, area - first));
  }

  private int cuts() {
    return (area + positions - 1) / positions;
  }

  PositionRows input() {
    return input;
  }

  PositionRows output() {
    return output;
  }

  /** Returns how many values of the input the largest piece has. */
  int inputLength() {
    return inputChannels * samples * positions;
  }

  /** Returns how many values of the output the largest piece has. */
  int outputLength() {
    return outputChannels * samples * positions;
  }
}
