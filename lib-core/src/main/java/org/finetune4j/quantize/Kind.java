package org.finetune4j.quantize;

import java.io.IOException;
import java.util.function.BiFunction;
import org.finetune4j.data.ImageDataset;
import org.finetune4j.evaluate.Evaluation;
import org.finetune4j.evaluate.RegressionEvaluation;
import org.finetune4j.evaluate.TagEvaluation;
import org.finetune4j.model.ImageClassifier;
import org.finetune4j.model.ImageModel;
import org.finetune4j.model.ImageRegressor;
import org.finetune4j.model.ImageTagger;
import org.finetune4j.model.bundle.ClassifierDefinition;
import org.finetune4j.provenance.EightBits;
import org.finetune4j.weights.Weights;

/**
 * What a kind of model does in its own way.
 *
 * @param <M> the model
 * @param <E> what is known of its answers
 * @param name what it is called in messages
 * @param maker makes one whose network is rounded
 * @param examiner lets it answer
 * @param comparer compares the answers of two: before, then after
 */
record Kind<M extends ImageModel<?, M>, E>(
    String name, Maker<M> maker, Examiner<M, E> examiner, BiFunction<E, E, Comparison> comparer) {

  /** One label per picture. */
  static final Kind<ImageClassifier, Evaluation> CLASSIFIER =
      new Kind<>(
          "classifier", ImageClassifier::rounded, ImageClassifier::evaluate, PairedAnswers::of);

  /** Any number of tags per picture. */
  static final Kind<ImageTagger, TagEvaluation> TAGGER =
      new Kind<>("tagger", ImageTagger::rounded, ImageTagger::evaluate, PairedAnswers::of);

  /** Numbers. */
  static final Kind<ImageRegressor, RegressionEvaluation> REGRESSOR =
      new Kind<>("regressor", ImageRegressor::rounded, ImageRegressor::evaluate, PairedNumbers::of);

  /** Makes a model whose network is rounded. */
  @FunctionalInterface
  interface Maker<M> {
    M rounded(ClassifierDefinition definition, Weights weights, EightBits how);
  }

  /** Lets a model answer. */
  @FunctionalInterface
  interface Examiner<M, E> {
    E evaluate(M model, ImageDataset check) throws IOException;
  }
}
