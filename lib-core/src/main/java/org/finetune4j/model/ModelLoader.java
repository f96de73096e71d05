package org.finetune4j.model;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.Function;
import org.finetune4j.engine.onnx.OnnxSession;
import org.finetune4j.engine.onnx.RuntimeOptions;
import org.finetune4j.model.bundle.ClassifierBundle;
import org.finetune4j.model.bundle.ClassifierDefinition;
import org.finetune4j.network.NetworkBudget;
import org.finetune4j.picture.ImageDecoder;
import org.finetune4j.preprocess.Preprocessing;
import org.finetune4j.target.Task;

/**
 * Reads what {@link ImageModel#save} wrote, and says how it uses the machine. Not thread-safe.
 *
 * <pre>{@code
 * ImageClassifier served =
 *     ImageClassifier.loader().threads(2).load(Path.of("cats-vs-dogs.zip"));
 * }</pre>
 *
 * @param <M> what is read
 */
public final class ModelLoader<M extends ImageModel<?, M>> {
  private RuntimeOptions options = RuntimeOptions.serving();
  private Replay replay = Replay.CHECK;
  private NetworkBudget budget = NetworkBudget.standard();
  private ImageDecoder decoder = ImageDecoder.standard();
  private boolean softmax;
  private OptionalDouble reducingGap = OptionalDouble.empty();

  private final Class<? extends Task> kind;
  private final Function<ModelParts, M> maker;

  ModelLoader(Class<? extends Task> kind, Function<ModelParts, M> maker) {
    this.kind = kind;
    this.maker = maker;
  }

  /**
   * Sets how many threads share the work of one call; default one per processor. Fewer leave
   * processors to other classifiers of the process, or to other calls.
   *
   * @throws IllegalArgumentException if it is below 1
   */
  public ModelLoader<M> threads(int count) {
    options = new RuntimeOptions(count, options.spinning());
    return this;
  }

  /**
   * Sets whether these threads wait actively between the operators of a single picture, which takes
   * them some percent less time; default is that they do. Better not where a training runs in the
   * same process, or where more threads predict than there are processors.
   */
  public ModelLoader<M> spinning(boolean active) {
    options = new RuntimeOptions(options.threads(), active);
    return this;
  }

  /**
   * Sets whether a classifier is tried on the pictures whose answers it carries; default is yes.
   */
  public ModelLoader<M> replay(Replay newReplay) {
    replay = Objects.requireNonNull(newReplay, "newReplay");
    return this;
  }

  /**
   * Sets how much memory and work a file's network may ask for, per picture; default {@link
   * NetworkBudget#standard}. A file that asks for more is refused.
   */
  public ModelLoader<M> budget(NetworkBudget most) {
    budget = Objects.requireNonNull(most, "most");
    return this;
  }

  /**
   * Puts a softmax behind the network of the file, which ends in logits (a sigmoid where there is a
   * single one, or where they are tags): such files are refused otherwise. The outputs that the
   * file carries are not compared then.
   */
  public ModelLoader<M> softmax() {
    softmax = true;
    return this;
  }

  /**
   * Sets what decodes pictures given as files, streams and bytes, with its limits; default {@link
   * ImageDecoder#standard}.
   */
  public ModelLoader<M> decoder(ImageDecoder newDecoder) {
    decoder = Objects.requireNonNull(newDecoder, "newDecoder");
    return this;
  }

  /**
   * Prepares large pictures in a fraction of the time and memory, as {@link
   * Preprocessing#withReducingGap} says; default is what the model was saved with. A model that
   * learned without it gives slightly other answers.
   *
   * @throws IllegalArgumentException if the gap is below 1 or infinite
   */
  public ModelLoader<M> reducingGap(double gap) {
    Preprocessing.NONE.withReducingGap(gap); // Refuses what is none.
    reducingGap = OptionalDouble.of(gap);
    return this;
  }

  /**
   * Reads the file. It may come from anywhere: it is checked before anything runs, and can at worst
   * be refused.
   *
   * @throws IOException if the file cannot be read, is damaged, was written by a newer version, is
   *     no classifier, is of another kind (the message says which class reads it), or gives other
   *     answers here than where it was saved
   */
  public M load(Path file) throws IOException {
    ClassifierBundle bundle = ClassifierBundle.read(file, budget, softmax);
    ClassifierDefinition definition = bundle.definition();
    if (!kind.isInstance(definition.task())) {
      throw new IOException(
          file
              + " holds an "
              + definition.kind()
              + " of "
              + definition.task()
              + ": read it with "
              + definition.kind()
              + ".load(file).");
    }
    OnnxSession session = bundle.parameters().open(definition.running(), options);
    try {
      session.warmUp();
      Optional<String> wrong =
          replay == Replay.CHECK ? tried(session, definition, bundle) : Optional.empty();
      if (wrong.isPresent()) {
        throw new IOException("The classifier " + file + " is refused: " + wrong.get() + ".");
      }
    } catch (IOException | RuntimeException | Error e) {
      session.close();
      if (e instanceof RuntimeException) {
        throw ClassifierBundle.refused(file, String.valueOf(e.getMessage()), (Exception) e);
      }
      throw e;
    }
    return maker.apply(
        new ModelParts(
            prepared(definition),
            bundle.parameters(),
            session,
            TestTimeAugmentation.none(),
            decoder));
  }

  private ClassifierDefinition prepared(ClassifierDefinition saved) {
    return reducingGap.isEmpty()
        ? saved
        : saved.with(saved.preprocessing().withReducingGap(reducingGap.getAsDouble()));
  }

  private static Optional<String> tried(
      OnnxSession session, ClassifierDefinition definition, ClassifierBundle bundle) {
    if (bundle.replay().isPresent()) {
      return SyntheticPictures.check(session, definition, bundle.replay().get());
    }
    SyntheticPictures.tryOut(session, definition);
    return Optional.empty();
  }
}
