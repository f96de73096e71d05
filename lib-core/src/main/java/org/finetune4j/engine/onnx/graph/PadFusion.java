package org.finetune4j.engine.onnx.graph;

import java.util.EnumSet;
import java.util.HashSet;
import java.util.Set;
import org.finetune4j.network.Activation;
import org.finetune4j.network.ActivationLayer;
import org.finetune4j.network.Convolution;
import org.finetune4j.network.Dropout;
import org.finetune4j.network.Layer;
import org.finetune4j.network.Network;
import org.finetune4j.network.Padding;
import org.finetune4j.network.Pooling;
import org.finetune4j.network.PoolingType;
import org.finetune4j.network.Rescale;
import org.finetune4j.network.ZeroPadding;

/**
 * ONNX Runtime joins zeros with the pooling behind them, as if they were the pooling's own padding.
 * That is faster, but such padding never wins a maximum, so a border of negative values would stay
 * negative; and padding as wide as the window is refused.
 */
final class PadFusion {
  private static final Set<Activation> NEVER_NEGATIVE =
      EnumSet.of(
          Activation.RELU,
          Activation.RELU6,
          Activation.SIGMOID,
          Activation.HARD_SIGMOID,
          Activation.SOFTMAX);

  private PadFusion() {}

  /** Returns whether joining these zeros with what follows would change the result. */
  static boolean isWrong(Network network, ZeroPadding zeros) {
    Set<String> same = new HashSet<>(Set.of(zeros.name()));
    for (Layer layer : network.layers()) {
      if (layer instanceof Layer.Unary unary && same.contains(unary.input())) {
        if (layer instanceof Pooling pooling && !joins(network, zeros, pooling)) {
          return true;
        }
        if (mayBeLeftOut(unary)) {
          same.add(layer.name());
        }
      }
    }
    return false;
  }

  /** Layers that are not written where they do nothing. */
  private static boolean mayBeLeftOut(Layer.Unary layer) {
    return layer instanceof Dropout
        || layer instanceof Rescale
        || (layer instanceof ActivationLayer it && it.activation() == Activation.LINEAR);
  }

  private static boolean joins(Network network, ZeroPadding zeros, Pooling pooling) {
    return pooling.pooling() == PoolingType.MAX
        && pooling.window().padding() == Padding.VALID
        && Math.max(zeros.top(), zeros.bottom()) < pooling.window().height()
        && Math.max(zeros.left(), zeros.right()) < pooling.window().width()
        && isNeverNegative(network.layer(zeros.input()));
  }

  private static boolean isNeverNegative(Layer layer) {
    return (layer instanceof ActivationLayer it && NEVER_NEGATIVE.contains(it.activation()))
        || (layer instanceof Convolution that && NEVER_NEGATIVE.contains(that.activation()));
  }
}
