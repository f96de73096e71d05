package org.finetune4j.model;

import org.finetune4j.target.Task;

/**
 * Reads regressors that {@link ImageRegressor#save} wrote, and says how they use the machine. Not
 * thread-safe.
 *
 * <pre>{@code
 * ImageRegressor served = ImageRegressor.loader().threads(2).load(Path.of("bins.zip"));
 * }</pre>
 */
public final class RegressorLoader extends ModelLoader<ImageRegressor, RegressorLoader> {
  RegressorLoader() {
    super(Task.Numbers.class, ImageRegressor::new);
  }

  @Override
  RegressorLoader self() {
    return this;
  }
}
