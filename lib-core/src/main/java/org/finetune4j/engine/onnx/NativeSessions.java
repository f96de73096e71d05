package org.finetune4j.engine.onnx;

import java.nio.ByteBuffer;
import java.util.Map;
import java.util.Optional;
import org.finetune4j.engine.onnx.graph.OnnxGraph;
import org.jspecify.annotations.Nullable;

/**
 * One graph opened in two ways, each when it is first asked for. Knows nothing of the session
 * around it, so that it can be collected.
 */
final class NativeSessions implements Runnable {
  private final OnnxGraph graph;
  private final Map<String, ByteBuffer> weights;
  private final RuntimeOptions options;
  private @Nullable NativeSession wide;
  private @Nullable NativeSession narrow;

  NativeSessions(OnnxGraph graph, Map<String, ByteBuffer> weights, RuntimeOptions options) {
    this.graph = graph;
    this.weights = weights;
    this.options = options;
  }

  /** Returns the session whose threads share each operator: it answers one sample soonest. */
  synchronized NativeSession wide() {
    if (wide == null) {
      wide = NativeSession.open(graph, weights, options);
    }
    return wide;
  }

  /**
   * Returns the session that works on the thread that calls it: called from all threads at once it
   * gets through many samples soonest, as nobody waits for anybody between two operators.
   */
  synchronized NativeSession narrow() {
    if (options.threads() == 1) {
      return wide();
    }
    if (narrow == null) {
      narrow = NativeSession.open(graph, weights, new RuntimeOptions(1, false));
    }
    return narrow;
  }

  @Override
  public synchronized void run() {
    Optional.ofNullable(wide).ifPresent(NativeSession::run);
    Optional.ofNullable(narrow).ifPresent(NativeSession::run);
  }
}
