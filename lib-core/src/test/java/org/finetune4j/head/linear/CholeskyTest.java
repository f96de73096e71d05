package org.finetune4j.head.linear;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CholeskyTest {
  @ParameterizedTest
  @ValueSource(ints = {1, 7, 32, 33, 75})
  void solvesWhatItWasMadeOf(int size) {
    double[][] root = new double[size][];
    for (int k = 0; k < size; k++) {
      root[k] = new Random(k).doubles(size, -1, 1).toArray();
    }
    double[][] matrix = new double[size][size];
    for (int row = 0; row < size; row++) {
      for (int column = 0; column < size; column++) {
        matrix[row][column] = row == column ? 1 : 0;
        for (int k = 0; k < size; k++) {
          matrix[row][column] += root[k][row] * root[k][column];
        }
      }
    }
    double[][] wanted = {
      new Random(1).doubles(size, -1, 1).toArray(), new Random(2).doubles(size, -1, 1).toArray()
    };
    double[][] sides = new double[2][size];
    for (int side = 0; side < 2; side++) {
      for (int row = 0; row < size; row++) {
        for (int k = 0; k < size; k++) {
          sides[side][row] += matrix[row][k] * wanted[side][k];
        }
      }
    }
    double[][] lower = new double[size][];
    Arrays.setAll(lower, row -> Arrays.copyOf(matrix[row], row + 1));
    new Cholesky(lower).solve(sides);
    assertThat(sides[0]).containsExactly(wanted[0], within(1e-11));
    assertThat(sides[1]).containsExactly(wanted[1], within(1e-11));
  }

  @Test
  void refusesWhatHasNoRoot() {
    assertThatThrownBy(() -> new Cholesky(new double[][] {{1}, {2, 1}}))
        .hasMessageContaining("not positive definite");
  }
}
