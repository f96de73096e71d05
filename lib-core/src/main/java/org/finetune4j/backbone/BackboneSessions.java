package org.finetune4j.backbone;

import com.google.common.base.Suppliers;
import com.google.common.collect.Maps;
import com.google.common.hash.Hasher;
import com.google.common.hash.Hashing;
import java.nio.FloatBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.Function;
import java.util.function.Supplier;
import org.finetune4j.backbone.input.PixelInput;
import org.finetune4j.engine.onnx.OnnxSession;
import org.finetune4j.engine.onnx.RuntimeOptions;
import org.finetune4j.engine.onnx.quantize.Quantization;
import org.finetune4j.network.Input;
import org.finetune4j.network.Layer;
import org.finetune4j.network.Network;
import org.finetune4j.preprocess.Preprocessing;
import org.finetune4j.weights.Weights;

/** Runs parts of one network, each in a session of its own that is kept until it is closed. */
final class BackboneSessions implements AutoCloseable {
  private final Network network;
  private final RuntimeOptions options;
  private final Optional<EightBitPieces> rounding;
  private final Supplier<String> fingerprint;
  private final Supplier<List<String>> warnings;
  private final Map<Network, OnnxSession> sessions = new ConcurrentHashMap<>();
  private final ReadWriteLock use = new ReentrantReadWriteLock(true);
  private Weights weights;
  private boolean closed;

  /**
   * Opens nothing yet.
   *
   * @param bare reads preprocessed pictures
   * @param preprocessing what is put in front
   * @param weights at least the network's tensors
   * @param options of the sessions
   * @param rounding to eight bits, if so
   */
  BackboneSessions(
      Network bare,
      Preprocessing preprocessing,
      Weights weights,
      RuntimeOptions options,
      Optional<EightBitPieces> rounding) {
    this.network = PixelInput.before(bare, preprocessing);
    this.weights = weights;
    this.options = options;
    this.rounding = rounding;
    this.fingerprint = Suppliers.memoize(() -> whileOpen(held -> fingerprint(bare, held)));
    this.warnings =
        Suppliers.memoize(
            () ->
                rounding
                    .map(it -> whileOpen(held -> it.warnings(this.network, held)))
                    .orElse(List.of()));
  }

  Network network() {
    return network;
  }

  Weights weights() {
    return whileOpen(Function.identity());
  }

  String fingerprint() {
    return fingerprint.get();
  }

  float[][] run(Network piece, int samples, FloatBuffer pixels) {
    return whileOpen(held -> session(piece, held).run(samples, pixels));
  }

  private OnnxSession session(Network piece, Weights held) {
    return sessions.computeIfAbsent(
        piece,
        it ->
            rounding.isPresent()
                ? OnnxSession.open(
                    it, rounding.get().of(it, held, options).apply(it, held), options)
                : OnnxSession.open(it, held, options));
  }

  /** Closes the sessions of all pieces but these, behind the runs that still go on. */
  void keepOnly(Set<Network> pieces) {
    use.writeLock().lock();
    try {
      Maps.filterKeys(sessions, it -> !pieces.contains(it)).values().forEach(OnnxSession::close);
      sessions.keySet().retainAll(pieces);
    } finally {
      use.writeLock().unlock();
    }
  }

  /** Returns how a piece is rounded, if it is. */
  Optional<Quantization> quantization(Network piece) {
    return rounding.map(it -> whileOpen(held -> it.of(piece, held, options)));
  }

  /** Returns what is wrong with the pictures that the rounding comes from. */
  List<String> warnings() {
    return warnings.get();
  }

  private <T> T whileOpen(Function<Weights, T> work) {
    use.readLock().lock();
    try {
      if (closed) {
        throw new IllegalStateException("The backbone is closed and cannot be used any more.");
      }
      return work.apply(weights);
    } finally {
      use.readLock().unlock();
    }
  }

  /**
   * The same tensors mean something else where an epsilon or a stride differs: layers go into it
   * with all they say. Not so the size of the pictures, to which they do not refer.
   */
  private String fingerprint(Network network, Weights weights) {
    Hasher hasher = Hashing.sha256().newHasher();
    hasher.putString(weights.sha256(), StandardCharsets.UTF_8);
    for (Layer layer : network.layers()) {
      if (!(layer instanceof Input)) {
        hasher.putString(layer + "\n", StandardCharsets.UTF_8);
      }
    }
    rounding.ifPresent(it -> it.addTo(hasher));
    return hasher.hash().toString();
  }

  @Override
  public void close() {
    use.writeLock().lock();
    try {
      closed = true;
      weights = Weights.empty();
      keepOnly(Set.of());
    } finally {
      use.writeLock().unlock();
    }
  }
}
