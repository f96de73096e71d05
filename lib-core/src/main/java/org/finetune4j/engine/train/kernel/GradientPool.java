package org.finetune4j.engine.train.kernel;

import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;

/** Arrays of gradients that are no longer needed, for those that come next. */
public final class GradientPool {
  private final Map<Integer, Deque<float[]>> free = new HashMap<>();

  /** Returns an array with any content. */
  float[] take(int length) {
    float[] known = free.computeIfAbsent(length, key -> new ArrayDeque<>()).poll();
    return known == null ? new float[length] : known;
  }

  /** Returns an array of zeros. */
  float[] zeros(int length) {
    float[] array = take(length);
    Arrays.fill(array, 0);
    return array;
  }

  void release(float[] array) {
    if (array.length > 0) {
      free.computeIfAbsent(array.length, key -> new ArrayDeque<>()).push(array);
    }
  }
}
