package org.finetune4j.doctor.part;

import org.finetune4j.image.ImageSize;

/** A picture that may be a part of others, and its mirror image. Immutable. */
public final class Part {
  /** Rough looks are so many that their fields are computed once. */
  private static final int FEW_FIELDS = PartSearch.FEW_FIELDS;

  private final Luma luma;
  private final double[] few;
  private final double[] fewMirrored;

  /** Prepares a picture. */
  public Part(Luma luma) {
    Windows windows = new Windows(luma);
    this.luma = luma;
    this.few = windows.standardized(FEW_FIELDS, false);
    this.fewMirrored = windows.standardized(FEW_FIELDS, true);
  }

  ImageSize size() {
    return luma.size();
  }

  /** Returns the fields of a rough look, as {@link Windows#standardized} does. */
  double[] few(boolean mirrored) {
    return mirrored ? fewMirrored : few;
  }

  /** Returns what looks at it by more fields. */
  Windows windows() {
    return new Windows(luma);
  }
}
