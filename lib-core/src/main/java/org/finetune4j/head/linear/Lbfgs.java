package org.finetune4j.head.linear;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;

/**
 * Limited-memory BFGS with a backtracking line search that asks for sufficient decrease and
 * positive curvature (Nocedal and Wright, Numerical Optimization, 2nd edition, algorithms 7.4 and
 * 7.5). So near to the minimum that values differ by rounding alone, a step counts by the slope
 * behind it (Hager and Zhang 2005, "approximate Wolfe conditions"). For smooth convex functions;
 * deterministic.
 */
public final class Lbfgs {
  /** A function and its gradient. */
  @FunctionalInterface
  public interface Objective {
    /** Returns the value at {@code point} and writes the gradient there. */
    double evaluate(double[] point, double[] gradient);
  }

  private static final int MEMORY = 30;
  private static final int MAXIMUM_HALVINGS = 40;
  private static final double SUFFICIENT_DECREASE = 1e-4;

  /** Relative differences of values below this are rounding, and the slope decides instead. */
  private static final double ROUNDING = 1e-10;

  /** How much flatter the function is behind such a step, at least. */
  private static final double FLATTER = 0.9;

  /** What is known of the function's curvature beforehand. */
  @FunctionalInterface
  public interface Preconditioner {
    /**
     * Multiplies a vector by an approximation of the inverse Hessian, up to a common factor; the
     * same matrix every time.
     */
    void apply(double[] vector);

    /** Returns what knows nothing. */
    static Preconditioner none() {
      return vector -> {};
    }
  }

  private final int maximumIterations;
  private final double tolerance;

  /**
   * @param maximumIterations when to give up
   * @param tolerance the largest component of the gradient at which the minimum counts as found
   */
  public Lbfgs(int maximumIterations, double tolerance) {
    this.maximumIterations = maximumIterations;
    this.tolerance = tolerance;
  }

  /**
   * A step that was made.
   *
   * @param moved how the point changed
   * @param turned how the gradient changed
   * @param known the same, preconditioned
   * @param curvature moved times turned
   */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record Step(double[] moved, double[] turned, double[] known, double curvature) {
    /** Returns the size of the inverse Hessian along the step, in units of the preconditioner. */
    private double size() {
      return curvature / Vectors.dot(turned, known);
    }
  }

  /**
   * Where a search ended.
   *
   * @param point the point
   * @param steepness the largest component of the gradient there
   */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  public record End(double[] point, double steepness) {}

  /** Goes to the minimum, or as far as it gets. */
  public End minimize(Objective objective, double[] start) {
    return minimize(objective, start, Preconditioner.none());
  }

  /** Goes to the minimum, or as far as it gets. */
  public End minimize(Objective objective, double[] start, Preconditioner preconditioner) {
    double[] point = start.clone();
    double[] gradient = new double[point.length];
    double value = objective.evaluate(point, gradient);
    double[] known = applied(preconditioner, gradient);
    Deque<Step> memory = new ArrayDeque<>();
    for (int iteration = 0; iteration < maximumIterations; iteration++) {
      if (Vectors.largest(gradient) <= tolerance) {
        break;
      }
      double[] direction = direction(gradient, known, memory);
      double slope = Vectors.dot(direction, gradient);
      double rate = memory.isEmpty() ? Math.min(1, 1 / Vectors.norm(direction)) : 1;
      double[] next = new double[point.length];
      double[] nextGradient = new double[point.length];
      double nextValue = Double.POSITIVE_INFINITY;
      boolean decreases = false;
      for (int halving = 0; halving < MAXIMUM_HALVINGS; halving++, rate /= 2) {
        for (int i = 0; i < next.length; i++) {
          next[i] = point[i] + rate * direction[i];
        }
        nextValue = objective.evaluate(next, nextGradient);
        decreases =
            nextValue <= value + SUFFICIENT_DECREASE * rate * slope
                || (nextValue <= value + ROUNDING * Math.abs(value)
                    && Math.abs(Vectors.dot(direction, nextGradient)) <= -FLATTER * slope);
        if (decreases) {
          break;
        }
      }
      if (!decreases) {
        break; // rounding hides any further progress
      }
      double[] nextKnown = applied(preconditioner, nextGradient);
      remember(
          memory,
          Vectors.difference(next, point),
          Vectors.difference(nextGradient, gradient),
          Vectors.difference(nextKnown, known));
      point = next;
      gradient = nextGradient;
      known = nextKnown;
      value = nextValue;
    }
    return new End(point, Vectors.largest(gradient));
  }

  private static double[] applied(Preconditioner preconditioner, double[] vector) {
    double[] result = vector.clone();
    preconditioner.apply(result);
    return result;
  }

  private static void remember(
      Deque<Step> memory, double[] moved, double[] turned, double[] known) {
    double curvature = Vectors.dot(moved, turned);
    if (curvature > 1e-12 * Vectors.dot(turned, turned)) {
      memory.addLast(new Step(moved, turned, known, curvature));
      if (memory.size() > MEMORY) {
        memory.removeFirst();
      }
    }
  }

  /**
   * The two-loop recursion: minus the gradient times the approximate inverse Hessian. The
   * preconditioner is linear, so what it makes of gradients says what it makes of their sums.
   *
   * @param known the gradient, preconditioned
   */
  private static double[] direction(double[] gradient, double[] known, Deque<Step> memory) {
    double[] rest = gradient.clone();
    double[] direction = known.clone();
    double[] alphas = new double[memory.size()];
    int i = memory.size();
    for (Iterator<Step> newest = memory.descendingIterator(); newest.hasNext(); ) {
      Step step = newest.next();
      alphas[--i] = Vectors.dot(step.moved, rest) / step.curvature;
      Vectors.add(rest, -alphas[i], step.turned);
      Vectors.add(direction, -alphas[i], step.known);
    }
    if (!memory.isEmpty()) {
      Vectors.scale(direction, memory.getLast().size());
    }
    for (Step step : memory) {
      double beta = Vectors.dot(step.turned, direction) / step.curvature;
      Vectors.add(direction, alphas[i++] - beta, step.moved);
    }
    Vectors.scale(direction, -1);
    return direction;
  }
}
