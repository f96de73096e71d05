package org.finetune4j.engine.train.kernel;

import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;

/** Arrays that are no longer needed, for gradients and kernels that come next. */
public final class ArrayPool {
  private final Map<Integer, Deque<float[]>> free = new HashMap<>();

  /** Returns an array with any content. */
  public float[] take(int length) {
    float[] known = free.computeIfAbsent(length, key -> new ArrayDeque<>()).poll();
    return known == null ? new float[length] : known;
  }

  /** Returns an array of zeros. */
  float[] zeros(int length) {
    float[] array = take(length);
    Arrays.fill(array, 0);
    return array;
  }

  /** Takes an array back, which nobody may use from then on. */
  public void release(float[] array) {
    if (array.length > 0) {
      free.computeIfAbsent(array.length, key -> new ArrayDeque<>()).push(array);
    }
  }
}
