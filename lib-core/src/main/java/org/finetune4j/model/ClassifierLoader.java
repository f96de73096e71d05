package org.finetune4j.model;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import org.finetune4j.data.ImageDecoder;
import org.finetune4j.engine.onnx.OnnxSession;
import org.finetune4j.engine.onnx.RuntimeOptions;
import org.finetune4j.network.NetworkBudget;

/**
 * Reads classifiers that {@link ImageClassifier#save} wrote, and says how they use the machine. Not
 * thread-safe.
 *
 * <pre>{@code
 * ImageClassifier served =
 *     ImageClassifier.loader().threads(2).load(Path.of("cats-vs-dogs.zip"));
 * }</pre>
 */
public final class ClassifierLoader {
  private RuntimeOptions options = RuntimeOptions.serving();
  private Replay replay = Replay.CHECK;
  private NetworkBudget budget = NetworkBudget.standard();
  private ImageDecoder decoder = ImageDecoder.standard();

  ClassifierLoader() {}

  /**
   * Sets how many threads share the work of one call; default one per processor. Fewer leave
   * processors to other classifiers of the process, or to other calls.
   *
   * @throws IllegalArgumentException if it is below 1
   */
  public ClassifierLoader threads(int count) {
    options = new RuntimeOptions(count, options.spinning());
    return this;
  }

  /**
   * Sets whether these threads wait actively between the operators of a single picture, which takes
   * them some percent less time; default is that they do. Better not where a training runs in the
   * same process, or where more threads predict than there are processors.
   */
  public ClassifierLoader spinning(boolean active) {
    options = new RuntimeOptions(options.threads(), active);
    return this;
  }

  /**
   * Sets whether a classifier is tried on the pictures whose answers it carries; default is yes.
   */
  public ClassifierLoader replay(Replay newReplay) {
    replay = newReplay;
    return this;
  }

  /**
   * Sets how much memory and work a file's network may ask for, per picture; default {@link
   * NetworkBudget#standard}. A file that asks for more is refused.
   */
  public ClassifierLoader budget(NetworkBudget most) {
    budget = most;
    return this;
  }

  /**
   * Sets what decodes pictures given as files, streams and bytes, with its limits; default {@link
   * ImageDecoder#standard}.
   */
  public ClassifierLoader decoder(ImageDecoder newDecoder) {
    decoder = newDecoder;
    return this;
  }

  /**
   * Reads a classifier. The file may come from anywhere: it is checked before anything runs, and
   * can at worst be refused.
   *
   * @throws IOException if the file cannot be read, is damaged, was written by a newer version, is
   *     no classifier, or gives other answers here than where it was saved
   */
  public ImageClassifier load(Path file) throws IOException {
    ClassifierBundle bundle = ClassifierBundle.read(file, budget);
    ClassifierDefinition definition = bundle.definition();
    OnnxSession session = bundle.parameters().open(definition.network(), options);
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
    return new ImageClassifier(
        definition, bundle.parameters(), session, TestTimeAugmentation.none(), decoder);
  }

  private static Optional<String> tried(
      OnnxSession session, ClassifierDefinition definition, ClassifierBundle bundle) {
    return bundle.replay().isPresent()
        ? SyntheticPictures.check(session, definition, bundle.replay().get())
        : Optional.empty();
  }
}
