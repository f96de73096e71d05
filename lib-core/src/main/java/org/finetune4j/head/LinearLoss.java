package org.finetune4j.head;

/** What a linear classifier minimises: a convex function of the scores of one sample. */
enum LinearLoss {
  /** Softmax cross-entropy: multinomial logistic regression. */
  CROSS_ENTROPY {
    @Override
    double evaluate(double[] scores, int target, double[] gradient) {
      double largest = Double.NEGATIVE_INFINITY;
      for (double score : scores) {
        largest = Math.max(largest, score);
      }
      double sum = 0;
      for (int c = 0; c < scores.length; c++) {
        gradient[c] = Math.exp(scores[c] - largest);
        sum += gradient[c];
      }
      for (int c = 0; c < scores.length; c++) {
        gradient[c] /= sum;
      }
      gradient[target] -= 1;
      return Math.log(sum) + largest - scores[target];
    }
  },

  /**
   * Squared hinge, one class against the rest: the linear support vector machine of LIBLINEAR (Fan
   * et al., 2008) and of scikit-learn's {@code LinearSVC}.
   */
  SQUARED_HINGE {
    @Override
    double evaluate(double[] scores, int target, double[] gradient) {
      double loss = 0;
      for (int c = 0; c < scores.length; c++) {
        int side = c == target ? 1 : -1;
        double margin = Math.max(0, 1 - side * scores[c]);
        loss += margin * margin;
        gradient[c] = -2 * side * margin;
      }
      return loss;
    }
  };

  /** Returns the loss of one sample and writes its gradient by the scores. */
  abstract double evaluate(double[] scores, int target, double[] gradient);
}
