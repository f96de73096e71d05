package org.finetune4j.model;

import org.finetune4j.target.Task;

/**
 * Reads classifiers that {@link ImageClassifier#save} wrote, and says how they use the machine. Not
 * thread-safe.
 *
 * <pre>{@code
 * ImageClassifier served =
 *     ImageClassifier.loader().threads(2).load(Path.of("cats-vs-dogs.zip"));
 * }</pre>
 */
public final class ClassifierLoader extends ModelLoader<ImageClassifier, ClassifierLoader> {
  ClassifierLoader() {
    super(Task.OneLabel.class, ImageClassifier::new);
  }

  @Override
  ClassifierLoader self() {
    return this;
  }
}
