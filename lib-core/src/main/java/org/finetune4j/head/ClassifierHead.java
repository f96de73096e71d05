package org.finetune4j.head;

import org.finetune4j.feature.FeatureSet;
import org.finetune4j.head.linear.LinearLoss;

/**
 * What is trained on features and stands behind the backbone. What it learns is what the features
 * are labelled with ({@link FeatureSet#task}): one label, tags, or numbers. Immutable; one head can
 * be fitted several times.
 */
public sealed interface ClassifierHead
    permits DenseHead, LinearHead, ClassMeanHead, NearestNeighborsHead {
  /** Starts a head of dense layers, trained by gradient descent; see {@link DenseHead.Builder}. */
  static DenseHead.Builder builder() {
    return new DenseHead.Builder();
  }

  /**
   * Starts a multinomial logistic regression on standardised features, solved to its minimum by
   * L-BFGS. A strong, quick default that needs no learning rate. For tags it is one logistic
   * regression per tag, each with a penalty of its own.
   */
  static LinearHead.Builder logisticRegression() {
    return new LinearHead.Builder(LinearLoss.CROSS_ENTROPY);
  }

  /**
   * Starts a linear support vector machine (squared hinge, one class against the rest) on
   * standardised features. Its probabilities are a softmax over the margins: good for ranking, not
   * calibrated.
   */
  static LinearHead.Builder linearSvm() {
    return new LinearHead.Builder(LinearLoss.SQUARED_HINGE);
  }

  /**
   * Starts a ridge regression of numbers on standardised features, solved to its minimum by L-BFGS,
   * each number with a penalty of its own (scikit-learn's {@code RidgeCV} with {@code
   * alpha_per_target}).
   */
  static LinearHead.Builder ridgeRegression() {
    return new LinearHead.Builder(LinearLoss.SQUARED_ERROR);
  }

  /**
   * Returns a head that answers with the class whose mean is nearest, by correlation; for tags,
   * whether the mean of the pictures with a tag is nearer than that of those without. It learns
   * from one picture a class on and chooses nothing.
   */
  static ClassMeanHead nearestClassMean() {
    return new ClassMeanHead();
  }

  /**
   * Starts a head that answers with the mean of the k nearest samples, for labels, tags and numbers
   * (scikit-learn's {@code KNeighborsClassifier} and {@code KNeighborsRegressor}).
   */
  static NearestNeighborsHead.Builder nearestNeighbors() {
    return new NearestNeighborsHead.Builder();
  }

  /**
   * Trains on features alone.
   *
   * @param train at least one sample of at least two classes, with and without each tag, or with
   *     different numbers
   * @throws IllegalArgumentException if the features cannot be learned from
   */
  TrainedHead fit(FeatureSet train);

  /**
   * Trains on features and looks at others to choose: the penalty of a linear head, the epoch of
   * early stopping. Accuracy on {@code validation} is from then on "selected on", no longer an
   * honest estimate.
   *
   * @param train at least one sample of at least two classes
   * @param validation features of the same extractor and labels
   * @throws IllegalArgumentException if the features cannot be learned from, or the two sets do not
   *     belong together
   */
  TrainedHead fit(FeatureSet train, FeatureSet validation);
}
