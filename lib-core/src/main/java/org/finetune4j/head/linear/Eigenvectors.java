package org.finetune4j.head.linear;

/**
 * The eigenvectors of a small symmetric matrix by Jacobi's rotations (Golub and Van Loan, Matrix
 * Computations, 4th edition, section 8.5).
 */
final class Eigenvectors {
  private static final int MOST_SWEEPS = 50;

  private Eigenvectors() {}

  /**
   * Returns the eigenvectors, of length 1, as rows.
   *
   * @param matrix overwritten by the eigenvalues in its diagonal
   */
  static double[][] of(double[][] matrix) {
    double[][] vectors = new double[matrix.length][matrix.length];
    for (int k = 0; k < matrix.length; k++) {
      vectors[k][k] = 1;
    }
    boolean turned = true;
    for (int sweep = 0; turned && sweep < MOST_SWEEPS; sweep++) {
      turned = false;
      for (int p = 0; p < matrix.length; p++) {
        for (int q = p + 1; q < matrix.length; q++) {
          if (Math.abs(matrix[p][q]) > Math.ulp(Math.abs(matrix[p][p]) + Math.abs(matrix[q][q]))) {
            turn(matrix, p, q, vectors);
            turned = true;
          }
        }
      }
    }
    return vectors;
  }

  /** Turns two axes so that nothing is left between them. */
  private static void turn(double[][] matrix, int p, int q, double[][] vectors) {
    double slope = (matrix[q][q] - matrix[p][p]) / (2 * matrix[p][q]);
    double tangent = 1 / (Math.abs(slope) + Math.hypot(slope, 1));
    tangent = slope < 0 ? -tangent : tangent;
    double cosine = 1 / Math.hypot(tangent, 1);
    double sine = tangent * cosine;
    for (double[] row : matrix) {
      double ofP = row[p];
      row[p] = cosine * ofP - sine * row[q];
      row[q] = sine * ofP + cosine * row[q];
    }
    turnRows(matrix[p], matrix[q], cosine, sine);
    turnRows(vectors[p], vectors[q], cosine, sine);
  }

  private static void turnRows(double[] p, double[] q, double cosine, double sine) {
    for (int i = 0; i < p.length; i++) {
      double ofP = p[i];
      p[i] = cosine * ofP - sine * q[i];
      q[i] = sine * ofP + cosine * q[i];
    }
  }
}
