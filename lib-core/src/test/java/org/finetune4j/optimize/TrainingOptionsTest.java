package org.finetune4j.optimize;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.reflect.RecordComponent;
import java.util.List;
import org.junit.jupiter.api.Test;

class TrainingOptionsTest {
  private static final TrainingOptions DEFAULTS = TrainingOptions.builder(Optimizer.sgd(1)).build();

  private static final TrainingOptions OTHERS =
      TrainingOptions.builder(Optimizer.adam(1e-3))
          .schedule(Schedule.cosine())
          .reduceOnPlateau(ReduceOnPlateau.patience(2))
          .labelSmoothing(0.1)
          .classWeights(1, 2)
          .batchNorm(BatchNormPolicy.FROZEN)
          .l2(0.1)
          .gradientClipping(GradientClipping.value(1))
          .layerDecay(0.8)
          .weightDecay(WeightDecay.ALL)
          .sampling(Sampling.BALANCED)
          .sampleWeights(SampleWeights.of(1, 2))
          .gradientAccumulation(2)
          .averaging(Averaging.swa(0.5))
          .epochs(3)
          .batchSize(7)
          .seed(9)
          .earlyStopping(EarlyStopping.patience(2))
          .build()
          .taughtBy(Distillation.standard());

  @Test
  void aBuilderFromOptionsGivesEqualOptions() throws ReflectiveOperationException {
    assertThat(DEFAULTS.toBuilder().mixing(Mixing.mixUp(1)).build().toBuilder().build().mixing())
        .isEqualTo(Mixing.mixUp(1));
    for (RecordComponent option : TrainingOptions.class.getRecordComponents()) {
      if (option.getName().equals("mixing")) {
        continue; // does not go with sample weights
      }
      assertThat(option.getAccessor().invoke(OTHERS))
          .as("this test sets %s", option.getName())
          .isNotEqualTo(option.getAccessor().invoke(DEFAULTS));
    }
    assertThat(OTHERS.toBuilder().build()).isEqualTo(OTHERS);
    assertThat(DEFAULTS.toBuilder().options(OTHERS).build()).isEqualTo(OTHERS);
  }

  @Test
  void earlyStoppingWaitsForTheLossToFall() {
    EarlyStopping stopping = EarlyStopping.patience(2);
    assertThat(stopping.stops(new double[] {3, 2, 1})).isFalse();
    assertThat(stopping.stops(new double[] {3, 2, 2.5})).isFalse();
    assertThat(stopping.stops(new double[] {3, 2, 2.5, 2})).isTrue();
    assertThat(new EarlyStopping(1, 0.5).stops(new double[] {3, 2.6})).isTrue();
    assertThatThrownBy(() -> EarlyStopping.patience(0)).hasMessageContaining("at least 1 epoch");
  }

  @Test
  void refusesNumbersOutOfRange() {
    TrainingOptions.Builder options = DEFAULTS.toBuilder();
    for (double factor : List.of(0.0, -1.0, 1.5, Double.NaN)) {
      assertThatThrownBy(() -> options.layerDecay(factor))
          .hasMessage("A layer decay is above 0 and at most 1, not " + factor + ".");
    }
    for (double penalty : List.of(-1.0, Double.NaN, Double.POSITIVE_INFINITY)) {
      assertThatThrownBy(() -> options.l2(penalty))
          .hasMessage("An L2 penalty is 0 or more, not " + penalty + ".");
    }
    assertThatThrownBy(() -> options.epochs(0))
        .hasMessage("Training takes at least 1 epoch, not 0.");
    assertThatThrownBy(() -> options.gradientAccumulation(0))
        .hasMessage("A step adds up at least 1 batch, not 0.");
    assertThatThrownBy(() -> SampleWeights.of(1, -1))
        .hasMessageContaining("that of sample 1 is -1.0");
    assertThatThrownBy(() -> SampleWeights.of(0, 0)).hasMessageContaining("At least one sample");
    assertThatThrownBy(
            () ->
                DEFAULTS.toBuilder()
                    .mixing(Mixing.mixUp(1))
                    .sampleWeights(SampleWeights.of(1, 2))
                    .build())
        .hasMessageContaining("not both");
    assertThatThrownBy(() -> Averaging.ema(1)).hasMessageContaining("not 1.0");
    assertThatThrownBy(() -> options.batchSize(0))
        .hasMessage("A batch has at least 1 sample, not 0.");
  }
}
