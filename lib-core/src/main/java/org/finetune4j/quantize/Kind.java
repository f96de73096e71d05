package org.finetune4j.quantize;

import java.io.IOException;
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
 */
interface Kind<M extends ImageModel<?, M>, E> {
  /** Returns what it is called in messages. */
  String name();

  /** Makes one whose network is rounded. */
  M rounded(ClassifierDefinition definition, Weights weights, EightBits how);

  /** Lets it answer. */
  E evaluate(M model, ImageDataset check) throws IOException;

  /** Compares the answers of two. */
  Comparison compare(E before, E after);

  /** One label per picture. */
  final class Classifiers implements Kind<ImageClassifier, Evaluation> {
    @Override
    public String name() {
      return "classifier";
    }

    @Override
    public ImageClassifier rounded(ClassifierDefinition it, Weights weights, EightBits how) {
      return ImageClassifier.rounded(it, weights, how);
    }

    @Override
    public Evaluation evaluate(ImageClassifier model, ImageDataset check) throws IOException {
      return model.evaluate(check);
    }

    @Override
    public Comparison compare(Evaluation before, Evaluation after) {
      return PairedAnswers.of(before, after);
    }
  }

  /** Any number of tags per picture. */
  final class Taggers implements Kind<ImageTagger, TagEvaluation> {
    @Override
    public String name() {
      return "tagger";
    }

    @Override
    public ImageTagger rounded(ClassifierDefinition it, Weights weights, EightBits how) {
      return ImageTagger.rounded(it, weights, how);
    }

    @Override
    public TagEvaluation evaluate(ImageTagger model, ImageDataset check) throws IOException {
      return model.evaluate(check);
    }

    @Override
    public Comparison compare(TagEvaluation before, TagEvaluation after) {
      return PairedAnswers.of(before, after);
    }
  }

  /** Numbers. */
  final class Regressors implements Kind<ImageRegressor, RegressionEvaluation> {
    @Override
    public String name() {
      return "regressor";
    }

    @Override
    public ImageRegressor rounded(ClassifierDefinition it, Weights weights, EightBits how) {
      return ImageRegressor.rounded(it, weights, how);
    }

    @Override
    public RegressionEvaluation evaluate(ImageRegressor model, ImageDataset check)
        throws IOException {
      return model.evaluate(check);
    }

    @Override
    public Comparison compare(RegressionEvaluation before, RegressionEvaluation after) {
      return PairedNumbers.of(before, after);
    }
  }
}
