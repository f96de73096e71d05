package org.finetune4j.engine.onnx;

/**
 * How ONNX Runtime uses the machine.
 *
 * @param threads threads that share the work of one call, at least 1
 * @param spinning whether these threads wait actively between the operators of a single sample: a
 *     little faster, but it takes the processors away from everything else, Deeplearning4j's
 *     training among it
 */
public record RuntimeOptions(int threads, boolean spinning) {
  /**
   * Checks the options.
   *
   * @throws IllegalArgumentException if there is no thread
   */
  public RuntimeOptions {
    if (threads < 1) {
      throw new IllegalArgumentException(
          "ONNX Runtime needs at least 1 thread, not " + threads + ".");
    }
  }

  /** Returns one thread per processor, without spinning. */
  public static RuntimeOptions standard() {
    return new RuntimeOptions(Runtime.getRuntime().availableProcessors(), false);
  }

  /** Returns one thread per processor, spinning: for answers soon, where nothing is trained. */
  public static RuntimeOptions serving() {
    return new RuntimeOptions(Runtime.getRuntime().availableProcessors(), true);
  }
}
