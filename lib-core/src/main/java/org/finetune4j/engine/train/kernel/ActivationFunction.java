package org.finetune4j.engine.train.kernel;

import org.finetune4j.network.Activation;

/** The values and slopes of activation functions over a range of an array. */
public final class ActivationFunction {
  private static final float QUICK = 1.702f;
  private static final float ROOT = (float) Math.sqrt(2 / Math.PI);
  private static final float SELU_SCALE = (float) 1.05070098735548;
  private static final float SELU_ALPHA = (float) 1.67326324235438;
  private static final float CUBE = 0.044715f;

  private ActivationFunction() {}

  /** Returns whether the slope follows from the function's value, so that x need not be kept. */
  public static boolean slopeFollowsFromValue(Activation activation) {
    return switch (activation) {
      case SWISH, HARD_SWISH, GELU, GELU_TANH, QUICK_GELU, SOFTPLUS, SOFTSIGN -> false;
      case LINEAR, RELU, RELU6, SIGMOID, TANH, HARD_SIGMOID, ELU, SELU, SOFTMAX -> true;
    };
  }

  /** Writes f(x); both may be the same array. Softmax is not a function of one value. */
  public static void apply(Activation activation, float[] x, float[] y, int start, int end) {
    switch (activation) {
      case LINEAR -> System.arraycopy(x, start, y, start, end - start);
      case RELU -> {
        for (int i = start; i < end; i++) {
          y[i] = Math.max(x[i], 0f);
        }
      }
      case RELU6 -> {
        for (int i = start; i < end; i++) {
          y[i] = relu6(x[i]);
        }
      }
      case SIGMOID -> {
        for (int i = start; i < end; i++) {
          y[i] = sigmoid(x[i]);
        }
      }
      case TANH -> {
        for (int i = start; i < end; i++) {
          y[i] = (float) StrictMath.tanh(x[i]);
        }
      }
      case SWISH -> {
        for (int i = start; i < end; i++) {
          y[i] = x[i] * sigmoid(x[i]);
        }
      }
      case HARD_SIGMOID -> {
        for (int i = start; i < end; i++) {
          y[i] = relu6(x[i] + 3) / 6;
        }
      }
      case HARD_SWISH -> {
        for (int i = start; i < end; i++) {
          y[i] = x[i] * relu6(x[i] + 3) / 6;
        }
      }
      case GELU -> Gelu.apply(x, y, start, end);
      case GELU_TANH -> {
        for (int i = start; i < end; i++) {
          y[i] = x[i] * sigmoid(2 * inner(x[i]));
        }
      }
      case QUICK_GELU -> {
        for (int i = start; i < end; i++) {
          y[i] = x[i] * sigmoid(QUICK * x[i]);
        }
      }
      case ELU -> {
        for (int i = start; i < end; i++) {
          y[i] = x[i] > 0 ? x[i] : (float) StrictMath.expm1(x[i]);
        }
      }
      case SELU -> {
        for (int i = start; i < end; i++) {
          y[i] = SELU_SCALE * (x[i] > 0 ? x[i] : (float) (SELU_ALPHA * StrictMath.expm1(x[i])));
        }
      }
      case SOFTPLUS -> {
        for (int i = start; i < end; i++) {
          y[i] = (float) (Math.max(x[i], 0) + StrictMath.log1p(StrictMath.exp(-Math.abs(x[i]))));
        }
      }
      case SOFTSIGN -> {
        for (int i = start; i < end; i++) {
          y[i] = x[i] / (1 + Math.abs(x[i]));
        }
      }
      case SOFTMAX -> throw new IllegalArgumentException("Softmax works on whole samples.");
    }
  }

  /**
   * Writes dy * f'(x).
   *
   * @param v f(x) where {@link #slopeFollowsFromValue}, else x
   * @param dx may be the same array as dy
   */
  public static void slope(
      Activation activation, float[] v, float[] dy, float[] dx, int start, int end) {
    switch (activation) {
      case LINEAR -> System.arraycopy(dy, start, dx, start, end - start);
      case RELU -> {
        for (int i = start; i < end; i++) {
          dx[i] = dy[i] * oneIfPositive(v[i]);
        }
      }
      case RELU6 -> {
        for (int i = start; i < end; i++) {
          dx[i] = dy[i] * oneIfPositive(v[i]) * oneIfPositive(6 - v[i]);
        }
      }
      case SIGMOID -> {
        for (int i = start; i < end; i++) {
          dx[i] = dy[i] * v[i] * (1 - v[i]);
        }
      }
      case TANH -> {
        for (int i = start; i < end; i++) {
          dx[i] = dy[i] * (1 - v[i] * v[i]);
        }
      }
      case SWISH -> {
        for (int i = start; i < end; i++) {
          float s = sigmoid(v[i]);
          dx[i] = dy[i] * s * (1 + v[i] * (1 - s));
        }
      }
      case HARD_SIGMOID -> {
        for (int i = start; i < end; i++) {
          dx[i] = v[i] > 0 && v[i] < 1 ? dy[i] / 6 : 0;
        }
      }
      case HARD_SWISH -> {
        for (int i = start; i < end; i++) {
          dx[i] = dy[i] * (v[i] <= -3 ? 0 : v[i] >= 3 ? 1 : v[i] / 3 + 0.5f);
        }
      }
      case GELU -> Gelu.slope(v, dy, dx, start, end);
      case GELU_TANH -> {
        for (int i = start; i < end; i++) {
          float s = sigmoid(2 * inner(v[i]));
          dx[i] = dy[i] * s * (1 + 2 * v[i] * (1 - s) * innerSlope(v[i]));
        }
      }
      case QUICK_GELU -> {
        for (int i = start; i < end; i++) {
          float s = sigmoid(QUICK * v[i]);
          dx[i] = dy[i] * s * (1 + QUICK * v[i] * (1 - s));
        }
      }
      case ELU -> {
        for (int i = start; i < end; i++) {
          dx[i] = dy[i] * (v[i] > 0 ? 1 : v[i] + 1);
        }
      }
      case SELU -> {
        for (int i = start; i < end; i++) {
          dx[i] = dy[i] * (v[i] > 0 ? SELU_SCALE : v[i] + SELU_SCALE * SELU_ALPHA);
        }
      }
      case SOFTPLUS -> {
        for (int i = start; i < end; i++) {
          dx[i] = dy[i] * sigmoid(v[i]);
        }
      }
      case SOFTSIGN -> {
        for (int i = start; i < end; i++) {
          float below = 1 + Math.abs(v[i]);
          dx[i] = dy[i] / (below * below);
        }
      }
      case SOFTMAX -> throw new IllegalArgumentException("Softmax works on whole samples.");
    }
  }

  /** What GELU's approximation takes the tanh of; 0.5 * (1 + tanh(z)) is sigmoid(2 z). */
  private static float inner(float x) {
    return ROOT * (x + CUBE * x * x * x);
  }

  private static float innerSlope(float x) {
    return ROOT * (1 + 3 * CUBE * x * x);
  }

  public static float sigmoid(float x) {
    return (float) (1 / (1 + StrictMath.exp(-x)));
  }

  /** Returns 1 for any x above 0, else 0; without a branch, which would miss half the time. */
  static float oneIfPositive(float x) {
    return Math.max(Math.min(x * 0x1p126f * 0x1p24f, 1f), 0f);
  }

  private static float relu6(float x) {
    return Math.min(Math.max(x, 0f), 6f);
  }
}
