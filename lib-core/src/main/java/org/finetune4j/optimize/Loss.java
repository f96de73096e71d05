package org.finetune4j.optimize;

import java.util.List;
import java.util.Objects;

/**
 * What a training minimizes, and how it weighs its targets.
 *
 * <p>Cross-entropy over a softmax is Keras's {@code CategoricalCrossentropy}, over sigmoid units
 * (one for two labels, or one per tag) {@code BinaryCrossentropy}. The mean divides by the number
 * of samples, also where classes have weights, and by the number of tags. A soft target's loss is
 * the mixture of the losses of its classes: for the target {@code t}, the class weights {@code w},
 * the smoothing {@code s}, K classes and the probabilities {@code p} it is {@code -sum_c t_c w_c
 * sum_k ((1 - s) [k = c] + s / K) log p_k}.
 *
 * @param objective the function
 * @param labelSmoothing share of each target that is spread evenly over all classes
 * @param classWeights one factor per class or tag, or none
 */
public record Loss(Objective objective, double labelSmoothing, List<Double> classWeights) {
  /** A function of what is right and what the network says. */
  public sealed interface Objective {}

  /**
   * Cross-entropy.
   *
   * @param positiveWeights one factor per tag for the pictures that have it (PyTorch's {@code
   *     pos_weight}), or none
   */
  public record CrossEntropy(List<Double> positiveWeights) implements Objective {
    /** Checks and copies the weights. */
    public CrossEntropy {
      positiveWeights = checked("Positive weights", positiveWeights);
    }
  }

  /**
   * Focal loss of tags (Lin et al. 2017, <i>Focal Loss for Dense Object Detection</i>;
   * torchvision's {@code sigmoid_focal_loss} without alpha): cross-entropy times (1 - p)^gamma,
   * where p is the probability of what is right. Answers that are right already count little, rare
   * tags more.
   *
   * @param gamma 0 or more; 2 is usual
   * @param positiveWeights as of {@link CrossEntropy}
   */
  public record Focal(double gamma, List<Double> positiveWeights) implements Objective {
    /**
     * Checks the numbers.
     *
     * @throws IllegalArgumentException if gamma is negative or not finite
     */
    public Focal {
      if (!(gamma >= 0 && gamma < Double.POSITIVE_INFINITY)) {
        throw new IllegalArgumentException(
            "Gamma of a focal loss is 0 or more, not " + gamma + ".");
      }
      positiveWeights = checked("Positive weights", positiveWeights);
    }
  }

  /**
   * A loss of numbers. Errors are divided by the standard deviation that the numbers have in the
   * training data, so that several in different units count alike, and a learning rate that suits
   * one suits the others.
   */
  public sealed interface OfNumbers extends Objective {
    /** Returns these deviations; none before a training has set them. */
    List<Double> deviations();
  }

  /** The mean squared error. */
  public record SquaredError(List<Double> deviations) implements OfNumbers {
    /** Checks and copies the deviations. */
    public SquaredError {
      deviations = checked("Deviations", deviations);
    }
  }

  /**
   * Half the squared error of small errors, in proportion to large ones, which so count less (Huber
   * 1964; PyTorch's {@code HuberLoss}).
   *
   * @param delta from which error on it is in proportion, in standard deviations; above 0
   */
  public record Huber(double delta, List<Double> deviations) implements OfNumbers {
    /**
     * Checks the numbers.
     *
     * @throws IllegalArgumentException if delta is not above 0
     */
    public Huber {
      Optimizer.requirePositive("Delta of a Huber loss", delta);
      deviations = checked("Deviations", deviations);
    }
  }

  /**
   * Checks the numbers and copies the weights.
   *
   * @throws IllegalArgumentException if the smoothing is not from 0 to below 1, a weight is
   *     negative or not a number, or labels are smoothed where there is no cross-entropy
   */
  public Loss {
    Optimizer.requireShare("Label smoothing", labelSmoothing);
    classWeights = checked("Class weights", classWeights);
    if (labelSmoothing > 0 && !(objective instanceof CrossEntropy)) {
      throw new IllegalArgumentException(
          "Label smoothing belongs to cross-entropy, not to " + objective + ".");
    }
    if (!classWeights.isEmpty() && objective instanceof OfNumbers) {
      throw new IllegalArgumentException(
          "Class weights belong to labels and tags, not to " + objective + ".");
    }
  }

  private static List<Double> checked(String what, List<Double> weights) {
    if (weights.stream().anyMatch(w -> !(w >= 0 && w < Double.POSITIVE_INFINITY))) {
      throw new IllegalArgumentException(what + " are 0 or more and finite, not " + weights + ".");
    }
    return List.copyOf(weights);
  }

  /** Makes a cross-entropy. */
  public Loss(double labelSmoothing, List<Double> classWeights) {
    this(new CrossEntropy(List.of()), labelSmoothing, classWeights);
  }

  /** Returns plain cross-entropy. */
  public static Loss crossEntropy() {
    return new Loss(0, List.of());
  }

  /**
   * Returns the focal loss of tags.
   *
   * @param gamma 0 or more; 2 is usual
   */
  public static Loss focal(double gamma) {
    return new Loss(new Focal(gamma, List.of()), 0, List.of());
  }

  /** Returns the mean squared error, which is what numbers are learned by if nothing is said. */
  public static Loss meanSquaredError() {
    return new Loss(new SquaredError(List.of()), 0, List.of());
  }

  /**
   * Returns the Huber loss of numbers, which a few wrong ones do not spoil.
   *
   * @param delta in standard deviations of the training numbers; 1 is usual
   */
  public static Loss huber(double delta) {
    return new Loss(new Huber(delta, List.of()), 0, List.of());
  }

  /** Returns this loss with label smoothing; 0.1 is usual. */
  public Loss labelSmoothing(double newLabelSmoothing) {
    return new Loss(objective, newLabelSmoothing, classWeights);
  }

  /** Returns this loss with a factor for each class or tag, in the order of the labels. */
  public Loss classWeights(List<Double> newClassWeights) {
    return new Loss(
        objective, labelSmoothing, Objects.requireNonNull(newClassWeights, "newClassWeights"));
  }

  /**
   * Returns this loss with a factor for the pictures that have a tag, in the order of the tags.
   *
   * @throws IllegalStateException if it is a loss of numbers
   */
  public Loss positiveWeights(List<Double> weights) {
    Objects.requireNonNull(weights, "weights");
    if (objective instanceof OfNumbers) {
      throw new IllegalStateException("Numbers are not positive or negative: " + objective + ".");
    }
    return new Loss(
        objective instanceof Focal focal
            ? new Focal(focal.gamma(), weights)
            : new CrossEntropy(weights),
        labelSmoothing,
        classWeights);
  }

  /** Returns the factors for pictures that have a tag, or none. */
  public List<Double> positiveWeights() {
    if (objective instanceof Focal focal) {
      return focal.positiveWeights();
    }
    return objective instanceof CrossEntropy entropy ? entropy.positiveWeights() : List.of();
  }

  /**
   * Returns a loss of numbers with these deviations, the mean squared error in the place of plain
   * cross-entropy; for other packages of the library.
   */
  public Loss ofNumbers(List<Double> deviations) {
    Objects.requireNonNull(deviations, "deviations");
    return new Loss(
        objective instanceof Huber huber
            ? new Huber(huber.delta(), deviations)
            : new SquaredError(deviations),
        labelSmoothing,
        classWeights);
  }
}
