package org.finetune4j.head.linear;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EigenvectorsTest {
  /** With fewer random vectors than its size, a matrix has several eigenvalues of 0. */
  @ParameterizedTest
  @ValueSource(ints = {1, 2, 5, 40})
  void theMatrixOnlyStretchesThem(int size) {
    double[][] matrix = new double[size][size];
    for (int k = 0; k < (size + 1) / 2; k++) {
      double[] vector = new Random(k).doubles(size, -1, 1).toArray();
      for (int row = 0; row < size; row++) {
        for (int column = 0; column < size; column++) {
          matrix[row][column] += vector[row] * vector[column];
        }
      }
    }
    double[][] values = new double[size][];
    for (int row = 0; row < size; row++) {
      values[row] = matrix[row].clone();
    }
    double[][] vectors = Eigenvectors.of(values);
    for (int k = 0; k < size; k++) {
      assertThat(product(vectors[k], vectors[k])).isCloseTo(1, within(1e-12));
      for (int row = 0; row < size; row++) {
        assertThat(product(matrix[row], vectors[k]))
            .isCloseTo(values[k][k] * vectors[k][row], within(1e-12));
      }
      for (int other = 0; other < k; other++) {
        assertThat(product(vectors[k], vectors[other])).isCloseTo(0, within(1e-12));
      }
    }
  }

  private static double product(double[] a, double[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += a[i] * b[i];
    }
    return sum;
  }
}
