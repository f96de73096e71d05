package org.finetune4j.dl4j.layer;

import java.util.Collection;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.SubsamplingLayer;
import org.deeplearning4j.nn.layers.mkldnn.MKLDNNSubsamplingHelper;
import org.deeplearning4j.optimize.api.TrainingListener;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Deeplearning4j's pooling on oneDNN; the stock layer where ND4J's native library has none.
 *
 * <p>Public because Deeplearning4j makes it by name when it reads a saved graph.
 */
public final class OneDnnPoolingLayer extends SubsamplingLayer {
  private static final long serialVersionUID = 1;

  /** For reading saved graphs. */
  public OneDnnPoolingLayer() {}

  /** Makes it as its builder says. */
  public OneDnnPoolingLayer(Builder builder) {
    super(builder);
    setCnn2dDataFormat(org.deeplearning4j.nn.conf.CNN2DFormat.NCHW);
  }

  @Override
  public Layer instantiate(
      NeuralNetConfiguration conf,
      Collection<TrainingListener> listeners,
      int index,
      INDArray parameters,
      boolean initialize,
      DataType type) {
    return OneDnn.isThere()
        ? OneDnn.start(
            new Running(conf, type),
            listeners,
            index,
            parameters,
            initializer().init(conf, parameters, initialize))
        : super.instantiate(conf, listeners, index, parameters, initialize, type);
  }

  private static final class Running
      extends org.deeplearning4j.nn.layers.convolution.subsampling.SubsamplingLayer {
    private static final long serialVersionUID = 1;

    private Running(NeuralNetConfiguration conf, DataType type) {
      super(conf, type);
      helper = new MKLDNNSubsamplingHelper(type);
    }
  }
}
