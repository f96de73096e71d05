package org.finetune4j.train.input;

import com.google.common.hash.Hasher;
import com.google.common.hash.Hashing;

/** What a teacher says of each training sample: softened probabilities. Immutable. */
public final class Teacher {
  private final float[] rows;
  private final int classes;

  private Teacher(float[] rows, int classes) {
    this.rows = rows;
    this.classes = classes;
  }

  /**
   * Softens probabilities: the softmax of logits divided by the temperature is the power of the
   * probabilities by 1 / temperature, scaled to a sum of 1.
   *
   * @param probabilities one row per training sample
   */
  public static Teacher of(float[][] probabilities, double temperature) {
    int classes = probabilities[0].length;
    float[] rows = new float[probabilities.length * classes];
    for (int i = 0; i < probabilities.length; i++) {
      double sum = 0;
      for (float p : probabilities[i]) {
        sum += StrictMath.pow(p, 1 / temperature);
      }
      for (int c = 0; c < classes; c++) {
        double softened = StrictMath.pow(probabilities[i][c], 1 / temperature) / sum;
        rows[i * classes + c] = (float) softened;
      }
    }
    return new Teacher(rows, classes);
  }

  /** Returns the rows of some samples, one behind the other. */
  public float[] of(int[] samples) {
    float[] chosen = new float[samples.length * classes];
    for (int i = 0; i < samples.length; i++) {
      System.arraycopy(rows, samples[i] * classes, chosen, i * classes, classes);
    }
    return chosen;
  }

  /** Returns a hash of all that it says. */
  @Override
  public String toString() {
    Hasher hasher = Hashing.murmur3_128().newHasher();
    for (float value : rows) {
      hasher.putFloat(value);
    }
    return "teacher " + hasher.hash();
  }
}
