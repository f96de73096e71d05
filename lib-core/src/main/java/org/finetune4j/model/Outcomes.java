package org.finetune4j.model;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.finetune4j.data.LabeledImage;
import org.finetune4j.data.Unreadable;
import org.finetune4j.feature.pixel.PixelBatches.ImageSource;
import org.finetune4j.feature.pixel.StandIns;
import org.finetune4j.picture.ImageDecoder;

/** A batch of pictures some of which may be unreadable. */
final class Outcomes {
  private Outcomes() {}

  /** Runs pictures. */
  @FunctionalInterface
  interface Runner {
    float[][] outputs(int count, ImageSource images) throws IOException;
  }

  static <P> List<PictureOutcome<P>> of(
      List<LabeledImage> pictures,
      ImageDecoder decoder,
      Runner model,
      Function<float[], P> answer) {
    StandIns images = new StandIns(i -> pictures.get(i).decode(decoder), Unreadable.SKIP);
    float[][] outputs;
    try {
      outputs = model.outputs(pictures.size(), images);
    } catch (IOException e) {
      throw new AssertionError("What cannot be read is left out.", e);
    }
    List<PictureOutcome<P>> outcomes = new ArrayList<>();
    for (int i = 0; i < outputs.length; i++) {
      String problem = images.reason(i).orElse("");
      Optional<P> said =
          problem.isEmpty() ? Optional.of(answer.apply(outputs[i])) : Optional.empty();
      outcomes.add(new PictureOutcome<>(pictures.get(i), said, problem));
    }
    return outcomes;
  }
}
