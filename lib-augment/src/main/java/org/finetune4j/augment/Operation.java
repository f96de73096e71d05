package org.finetune4j.augment;

import java.util.List;
import org.finetune4j.image.Image;

/**
 * A change of pictures with all parameters fixed: the same picture gives the same result whenever
 * and wherever it runs. The library's own are records; they print their parameters and equal one
 * another by them.
 */
@FunctionalInterface
public interface Operation {
  /** Leaves every picture as it is. */
  Operation NONE = new Sequence(List.of());

  /** Returns the changed picture, or the same one where nothing changes. */
  Image apply(Image image);
}
