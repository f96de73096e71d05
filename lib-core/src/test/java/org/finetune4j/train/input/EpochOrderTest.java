package org.finetune4j.train.input;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.stream.IntStream;
import org.finetune4j.feature.row.Rows;
import org.finetune4j.network.Network;
import org.finetune4j.network.Shape;
import org.finetune4j.optimize.Optimizer;
import org.finetune4j.optimize.Sampling;
import org.finetune4j.optimize.TrainingOptions;
import org.finetune4j.target.Labels;
import org.finetune4j.target.Targets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EpochOrderTest {
  private static final Rows NO_ROWS =
      new Rows() {
        @Override
        public int columns() {
          return 1;
        }

        @Override
        public void read(int row, float[] target, int offset) {}
      };

  private static SampleSource samples(int... targets) {
    Network network = Network.builder(Shape.vector(1)).dense("d", 2).softmax().build();
    return new RowSource(
        NO_ROWS,
        new int[][] {targets},
        Targets.ofLabels(Labels.of("a", "b", "c", "d", "e"), targets),
        network);
  }

  private static TrainingOptions.Builder options() {
    return TrainingOptions.builder(Optimizer.sgd(1)).seed(5);
  }

  private static int[] all(EpochOrder order) {
    return IntStream.range(0, order.steps())
        .flatMap(step -> Arrays.stream(order.samples(step)))
        .toArray();
  }

  @ParameterizedTest
  @CsvSource({
    // samples, batch, lone ones allowed, steps, samples of the last
    "8, 4, true, 2, 4", "9, 4, true, 3, 1", "9, 4, false, 2, 5", "10, 4, false, 3, 2",
    "1, 4, false, 1, 1", "3, 1, false, 3, 1", "5, 4, false, 1, 5", "2, 4, false, 1, 2"
  })
  void aLoneLastSampleGoesWithTheBatchBefore(
      int size, int batch, boolean allowed, int steps, int last) {
    EpochOrder order =
        EpochOrder.of(samples(new int[size]), options().batchSize(batch).build(), 1, 0, allowed);
    assertThat(order.steps()).isEqualTo(steps);
    assertThat(order.samples(steps - 1)).hasSize(last);
    assertThat(Arrays.stream(all(order)).sorted().toArray())
        .isEqualTo(IntStream.range(0, size).toArray());
  }

  @Test
  void accumulatedBatchesMakeOneStep() {
    TrainingOptions options = options().batchSize(4).gradientAccumulation(3).build();
    EpochOrder order = EpochOrder.of(samples(new int[30]), options, 1, 0, true);
    assertThat(order.steps()).isEqualTo(3);
    assertThat(order.samples(0)).hasSize(12);
    assertThat(order.samples(2)).hasSize(6);
    EpochOrder large =
        EpochOrder.of(samples(new int[30]), options().batchSize(12).build(), 1, 0, true);
    assertThat(all(order)).isEqualTo(all(large));
  }

  @Test
  void balancedClassesAreSeenAsOftenAsTheLargest() {
    int[] targets = {0, 0, 0, 0, 0, 0, 0, 1, 1, 3, 3, 3};
    TrainingOptions options = options().sampling(Sampling.BALANCED).build();
    int[] counts = new int[targets.length];
    for (int epoch = 0; epoch < 100; epoch++) {
      int[] order = all(EpochOrder.of(samples(targets), options, 1, epoch, true));
      int[] inEpoch = new int[targets.length];
      for (int sample : order) {
        inEpoch[sample]++;
        counts[sample]++;
      }
      assertThat(order).hasSize(21);
      assertThat(Arrays.copyOf(inEpoch, 7)).containsOnly(1);
      assertThat(inEpoch[7] + inEpoch[8]).isEqualTo(7);
      assertThat(Arrays.copyOfRange(inEpoch, 7, 9)).containsOnly(3, 4);
      assertThat(Arrays.copyOfRange(inEpoch, 9, 12)).containsOnly(2, 3);
    }
    // Who comes once more is drawn anew: neither always the same, nor one more than the others.
    assertThat(counts[7]).isBetween(330, 370);
    assertThat(counts[9]).isBetween(210, 260);
    assertThat(all(EpochOrder.of(samples(targets), options, 1, 0, true)))
        .isEqualTo(all(EpochOrder.of(samples(targets), options, 1, 0, true)))
        .isNotEqualTo(all(EpochOrder.of(samples(targets), options, 1, 1, true)));
  }
}
