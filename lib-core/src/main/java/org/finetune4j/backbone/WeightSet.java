package org.finetune4j.backbone;

import java.util.List;
import java.util.Objects;
import java.util.OptionalDouble;
import org.finetune4j.image.ImageSize;
import org.finetune4j.preprocess.Preprocessing;
import org.finetune4j.weights.RemoteFile;

/**
 * A published file of weights and all that is known about it, preprocessing included: what makes
 * them worthless if it is got wrong belongs to the weights, as in torchvision's {@code Weights}.
 *
 * <pre>{@code
 * WeightSet set = WeightSet.of(Architecture.CONVNEXT_TINY).get(0);
 * PretrainedBackbone backbone = PretrainedBackbone.builder(set).build();
 * }</pre>
 *
 * @param architecture whose weights
 * @param name who trained it, and the version where there are several: {@code KERAS}, {@code
 *     TORCHVISION_V1}
 * @param width how many times as wide as published, see {@link BackboneBuilder#alpha}
 * @param trainedAt the size of the pictures that it was trained with
 * @param hasTop whether the classifier for ImageNet's 1000 classes is in it
 * @param preprocessing what it expects to happen to a picture
 * @param topOne the share of ImageNet's validation pictures that it classifies correctly, as its
 *     publisher states it, from 0 to 1
 * @param file where it can be had, how it is checked, what its licence is
 */
public record WeightSet(
    Architecture architecture,
    String name,
    double width,
    ImageSize trainedAt,
    boolean hasTop,
    Preprocessing preprocessing,
    OptionalDouble topOne,
    RemoteFile file) {

  /**
   * Returns the sets of an architecture, of all widths and sizes, those of the table first that is
   * preferred.
   */
  public static List<WeightSet> of(Architecture architecture) {
    Objects.requireNonNull(architecture, "architecture");
    return WeightTable.read().stream().filter(set -> set.architecture == architecture).toList();
  }

  /** Returns the licence as its publisher states it, or a note that none is stated. */
  public String licence() {
    return file.licence();
  }

  /** Returns for example {@code CONVNEXT_TINY KERAS 224x224 without top (convnext_tiny.h5)}. */
  @Override
  public String toString() {
    return architecture
        + " "
        + name
        + " "
        + trainedAt
        + (width == 1 ? "" : " alpha " + width)
        + (hasTop ? " with top" : " without top")
        + " ("
        + file.name()
        + ")";
  }
}
