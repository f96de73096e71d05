package org.finetune4j.model;

import org.finetune4j.target.Task;

/**
 * Reads taggers that {@link ImageTagger#save} wrote, and says how they use the machine. Not
 * thread-safe.
 *
 * <pre>{@code
 * ImageTagger served = ImageTagger.loader().threads(2).load(Path.of("scenes.zip"));
 * }</pre>
 */
public final class TaggerLoader extends ModelLoader<ImageTagger, TaggerLoader> {
  TaggerLoader() {
    super(Task.Tags.class, ImageTagger::new);
  }

  @Override
  TaggerLoader self() {
    return this;
  }
}
