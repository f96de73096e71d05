package org.finetune4j.weights.format;

import org.finetune4j.weights.Tensor;

/**
 * A tensor as a file holds it.
 *
 * @param name the name in the file, for example {@code conv1/kernel:0}, {@code uniform1} or {@code
 *     layer1.0.conv1.weight}; where Keras 3 numbers them, {@code 0}, {@code 1} ...
 * @param tensor the numbers, in the file's layout
 */
public record StoredTensor(String name, Tensor tensor) {
  /**
   * Returns the last part of the name without TensorFlow's output number: {@code kernel} for {@code
   * conv1/kernel:0}, {@code weight} for {@code layer1.0.conv1.weight}.
   */
  public String role() {
    String last = name.substring(Math.max(name.lastIndexOf('/'), name.lastIndexOf('.')) + 1);
    return last.endsWith(":0") ? last.substring(0, last.length() - 2) : last;
  }
}
