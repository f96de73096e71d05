package org.finetune4j.engine.train.convolution;

import java.util.List;
import java.util.stream.IntStream;

/**
 * Some filters of a convolution, which one native operation takes on the way back: oneDNN makes
 * several copies of the kernel and its gradient, 90 MB for 512 filters of 3x3 that read 512
 * channels. A quarter of them at a time takes as long, and a quarter of the memory.
 *
 * @param first the first filter
 * @param count how many
 * @param elements numbers of each filter
 */
record FilterPiece(int first, int count, int elements) {
  /** Numbers of a piece's kernel, about. */
  private static final int NUMBERS = 1 << 19;

  /** Cuts filters into pieces of about the same size. */
  static List<FilterPiece> of(int filters, int numbers) {
    int elements = numbers / filters;
    int most = Math.max(1, NUMBERS / elements);
    int pieces = (filters + most - 1) / most;
    int each = (filters + pieces - 1) / pieces;
    return IntStream.iterate(0, first -> first < filters, first -> first + each)
        .mapToObj(first -> new FilterPiece(first, Math.min(each, filters - first), elements))
        .toList();
  }

  /** Returns where these filters start in the kernel. */
  int offset() {
    return first * elements;
  }
}
