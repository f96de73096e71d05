package org.finetune4j.head.linear;

/** What a linear head minimises: a convex function of the scores of one sample. */
public enum LinearLoss {
  /** Softmax cross-entropy: multinomial logistic regression. */
  CROSS_ENTROPY {
    @Override
    double curvature() {
      return 0.03;
    }

    @Override
    double curvature(double[] scores, double target) {
      double largest = Double.NEGATIVE_INFINITY;
      for (double score : scores) {
        largest = Math.max(largest, score);
      }
      double sum = 0;
      double squares = 0;
      for (double score : scores) {
        double share = Math.exp(score - largest);
        sum += share;
        squares += share * share;
      }
      return (1 - squares / (sum * sum)) / scores.length;
    }

    @Override
    void addCurvature(double[] scores, double target, double weight, int[] of, double[][] sum) {
      double[] shares = new double[scores.length];
      evaluate(scores, target, shares);
      shares[(int) target] += 1;
      for (int row = 0; row < of.length; row++) {
        double share = weight * shares[of[row]];
        sum[row][row] += share;
        for (int column = 0; column < of.length; column++) {
          sum[row][column] -= share * shares[of[column]];
        }
      }
    }

    @Override
    public double evaluate(double[] scores, double target, double[] gradient) {
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
      gradient[(int) target] -= 1;
      return Math.log(sum) + largest - scores[(int) target];
    }
  },

  /**
   * Squared hinge, one class against the rest: the linear support vector machine of LIBLINEAR (Fan
   * et al., 2008) and of scikit-learn's {@code LinearSVC}.
   */
  SQUARED_HINGE {
    @Override
    double curvature() {
      return 0.3;
    }

    @Override
    double curvature(double[] scores, double target) {
      int inside = 0;
      for (int c = 0; c < scores.length; c++) {
        inside += (c == target ? scores[c] : -scores[c]) < 1 ? 1 : 0;
      }
      return 2.0 * inside / scores.length;
    }

    @Override
    void addCurvature(double[] scores, double target, double weight, int[] of, double[][] sum) {
      for (int row = 0; row < of.length; row++) {
        double margin = of[row] == target ? scores[of[row]] : -scores[of[row]];
        sum[row][row] += margin < 1 ? 2 * weight : 0;
      }
    }

    @Override
    public double evaluate(double[] scores, double target, double[] gradient) {
      double loss = 0;
      for (int c = 0; c < scores.length; c++) {
        int side = c == target ? 1 : -1;
        double margin = Math.max(0, 1 - side * scores[c]);
        loss += margin * margin;
        gradient[c] = -2 * side * margin;
      }
      return loss;
    }
  },

  /** The cross-entropy of one sigmoid: logistic regression of one tag. */
  BINARY_CROSS_ENTROPY {
    @Override
    double curvature() {
      return 0.05;
    }

    @Override
    double curvature(double[] scores, double target) {
      double small = Math.exp(-Math.abs(scores[0]));
      return small / ((1 + small) * (1 + small));
    }

    @Override
    public double evaluate(double[] scores, double target, double[] gradient) {
      double score = scores[0];
      double small = Math.exp(-Math.abs(score));
      gradient[0] = (score >= 0 ? 1 : small) / (1 + small) - target;
      return Math.max(score, 0) + Math.log1p(small) - score * target;
    }
  },

  /** Half the squared error: ridge regression. */
  SQUARED_ERROR {
    @Override
    double curvature() {
      return 1;
    }

    @Override
    double curvature(double[] scores, double target) {
      return 1;
    }

    @Override
    public double evaluate(double[] scores, double target, double[] gradient) {
      gradient[0] = scores[0] - target;
      return gradient[0] * gradient[0] / 2;
    }
  };

  /** Returns about how large the second derivative by a score is, mean over samples. */
  abstract double curvature();

  /** Returns the second derivative of one sample's loss by a score, mean over the scores. */
  abstract double curvature(double[] scores, double target);

  /**
   * Adds the second derivatives of one sample's loss by pairs of scores.
   *
   * @param of the scores in question
   */
  void addCurvature(double[] scores, double target, double weight, int[] of, double[][] sum) {
    for (int row = 0; row < of.length; row++) {
      sum[row][row] += weight * curvature(scores, target);
    }
  }

  /** Returns the loss of one sample and writes its gradient by the scores. */
  public abstract double evaluate(double[] scores, double target, double[] gradient);
}
