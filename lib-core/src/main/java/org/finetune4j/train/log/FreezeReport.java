package org.finetune4j.train.log;

import java.nio.FloatBuffer;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import org.finetune4j.network.Network;
import org.finetune4j.network.TensorSpec;
import org.finetune4j.weights.Tensor;
import org.finetune4j.weights.Weights;

/**
 * The proof that what was frozen stayed frozen.
 *
 * @param frozen parameters that had to stay, and did, to the bit
 * @param trainable parameters that were allowed to move
 * @param moved how many of these did
 */
public record FreezeReport(long frozen, long trainable, long moved) {
  /**
   * Compares all weights of a network before and after a training.
   *
   * @param network whose tensors are compared
   * @param before weights before
   * @param after weights after
   * @param mayMove names of the tensors that were allowed to move
   * @throws IllegalStateException if another one moved: a defect of this library
   */
  public static FreezeReport check(
      Network network, Weights before, Weights after, Set<String> mayMove) {
    Objects.requireNonNull(after, "after");
    Objects.requireNonNull(mayMove, "mayMove");
    long frozen = 0;
    long trainable = 0;
    long moved = 0;
    for (TensorSpec spec : network.tensors()) {
      Tensor old = before.get(spec.name());
      Tensor now = after.get(spec.name());
      if (mayMove.contains(spec.name())) {
        trainable += spec.elements();
        moved += differences(old, now);
      } else if (old.equals(now)) {
        frozen += spec.elements();
      } else {
        throw new IllegalStateException(
            "The frozen tensor '"
                + spec.name()
                + "' changed in "
                + differences(old, now)
                + " of "
                + spec.elements()
                + " values while the layers behind it were trained.");
      }
    }
    return new FreezeReport(frozen, trainable, moved);
  }

  private static long differences(Tensor a, Tensor b) {
    FloatBuffer before = a.values();
    FloatBuffer after = b.values();
    long count = 0;
    while (before.hasRemaining()) {
      int bits = Float.floatToRawIntBits(before.get());
      count += bits == Float.floatToRawIntBits(after.get()) ? 0 : 1;
    }
    return count;
  }

  /**
   * Returns for example {@code 8,543,296 parameters frozen to the bit, 15,042,562 of ... moved}.
   */
  @Override
  public String toString() {
    return String.format(
        Locale.ROOT,
        "%,d parameters frozen to the bit, %,d of %,d trainable ones moved",
        frozen,
        moved,
        trainable);
  }
}
