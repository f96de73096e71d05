package org.finetune4j.model;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import org.finetune4j.data.LabeledImage;
import org.finetune4j.feature.pixel.PixelBatches.ImageSource;
import org.finetune4j.image.Image;
import org.finetune4j.picture.ImageDecoder;

/** A batch of pictures some of which may be unreadable: a blank one runs in their place. */
final class Outcomes {
  private static final Image BLANK = Image.gray(32, 32, new byte[32 * 32]);

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
    Map<Integer, String> problems = new ConcurrentHashMap<>();
    float[][] outputs;
    try {
      outputs =
          model.outputs(
              pictures.size(),
              i -> {
                try {
                  return pictures.get(i).decode(decoder);
                } catch (IOException e) {
                  problems.put(i, String.valueOf(e.getMessage()));
                  return BLANK;
                }
              });
    } catch (IOException e) {
      throw new AssertionError("What cannot be read is left out.", e);
    }
    List<PictureOutcome<P>> outcomes = new ArrayList<>();
    for (int i = 0; i < outputs.length; i++) {
      String problem = problems.getOrDefault(i, "");
      Optional<P> said =
          problem.isEmpty() ? Optional.of(answer.apply(outputs[i])) : Optional.empty();
      outcomes.add(new PictureOutcome<>(pictures.get(i), said, problem));
    }
    return outcomes;
  }
}
