package org.finetune4j.model;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.finetune4j.data.ImageDataset;
import org.finetune4j.data.Unreadable;
import org.finetune4j.feature.pixel.StandIns;
import org.finetune4j.picture.ImageDecoder;

/** The pictures of a data set that could be read, in order, with what a model says of each. */
final class AnsweredPictures {
  private final ImageDataset images;
  private final float[][] outputs;
  private final List<String> warnings;

  private AnsweredPictures(ImageDataset images, float[][] outputs, List<String> warnings) {
    this.images = images;
    this.outputs = outputs;
    this.warnings = warnings;
  }

  /**
   * Runs pictures.
   *
   * @throws IOException if a picture cannot be read and none may be skipped, or none can be read
   */
  static AnsweredPictures of(
      ImageDataset images, ImageDecoder decoder, Unreadable policy, Outcomes.Runner model)
      throws IOException {
    StandIns pictures = new StandIns(i -> images.get(i).decode(decoder), policy);
    float[][] outputs = model.outputs(images.size(), pictures);
    List<String> warnings = new ArrayList<>();
    pictures.warning(images.size(), i -> images.get(i).name()).ifPresent(warnings::add);
    if (warnings.isEmpty()) {
      return new AnsweredPictures(images, outputs, warnings);
    }
    int[] read =
        IntStream.range(0, outputs.length).filter(i -> pictures.reason(i).isEmpty()).toArray();
    return new AnsweredPictures(
        ImageDataset.of(images.task(), IntStream.of(read).mapToObj(images::get).toList()),
        IntStream.of(read).mapToObj(i -> outputs[i]).toArray(float[][]::new),
        warnings);
  }

  ImageDataset images() {
    return images;
  }

  /** Returns a row of outputs for each of the pictures. */
  float[][] outputs() {
    return outputs;
  }

  /** Returns how many pictures were left out and why, and these other warnings. */
  List<String> warnings(List<String> others) {
    List<String> all = new ArrayList<>(warnings);
    all.addAll(others);
    return all;
  }
}
