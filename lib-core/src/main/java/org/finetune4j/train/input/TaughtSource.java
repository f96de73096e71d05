package org.finetune4j.train.input;

import java.io.IOException;
import java.util.Optional;
import org.finetune4j.network.Shape;
import org.finetune4j.target.Targets;

/**
 * Samples of which a teacher has an opinion too.
 *
 * @param samples where they come from
 * @param said what the teacher says of them
 */
public record TaughtSource(SampleSource samples, Teacher said) implements SampleSource {
  @Override
  public Targets targets() {
    return samples.targets();
  }

  @Override
  public Shape shape() {
    return samples.shape();
  }

  @Override
  public Activations prepare(int[] chosen, int epoch, Mix mix) throws IOException {
    return samples.prepare(chosen, epoch, mix);
  }

  @Override
  public Optional<Teacher> teacher() {
    return Optional.of(said);
  }
}
