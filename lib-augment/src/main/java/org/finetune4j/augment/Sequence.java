package org.finetune4j.augment;

import java.util.List;
import org.finetune4j.image.Image;

/**
 * Operations one after the other: what was drawn for one picture. Safe to share between threads.
 *
 * @param operations in the order in which they run
 */
public record Sequence(List<Operation> operations) implements Operation {
  /** Copies the list. */
  public Sequence {
    operations = List.copyOf(operations);
  }

  @Override
  @SuppressWarnings("ReferenceEquality") // Whether the picture is another one, not an equal one.
  public Image apply(Image image) {
    Image current = image;
    boolean mine = false;
    for (Operation operation : operations) {
      if (mine && operation instanceof Retouch retouch) {
        retouch.retouch(current.unwrap(), current.width(), current.channels());
        continue;
      }
      Image next = operation.apply(current);
      // Foreign code may have kept what it was given or what it returned.
      mine = operation instanceof Kernel && (mine || next != current);
      current = next;
    }
    return current;
  }

  /** Returns for example {@code [BrightnessBy[factor=1.1], GrayscaleAll[]]}. */
  @Override
  public String toString() {
    return operations.toString();
  }
}
