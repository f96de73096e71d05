package org.finetune4j.dl4j;

import java.util.List;
import java.util.function.Function;
import org.deeplearning4j.nn.conf.CNN2DFormat;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.finetune4j.dl4j.array.INDArrays;
import org.finetune4j.weights.Tensor;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * A layer of a Deeplearning4j model that is being imported.
 *
 * @param name its name
 * @param input the name of the layer it reads
 * @param layer its configuration, not wrapped as frozen
 * @param format in which the model's feature maps lie
 * @param parameters its parameters, by Deeplearning4j's names
 */
record Part(
    String name,
    String input,
    Layer layer,
    CNN2DFormat format,
    Function<String, INDArray> parameters) {

  /** Returns a name for a layer of ours that stands before the one of this name. */
  String named(String suffix) {
    return name + "/" + suffix;
  }

  INDArray parameter(String key) {
    return parameters.apply(key);
  }

  Tensor tensor(String key, Integer... shape) {
    return tensor(parameter(key), shape);
  }

  static Tensor tensor(INDArray array, Integer... shape) {
    return Tensor.of(INDArrays.toFloats(array), List.of(shape));
  }

  IllegalArgumentException refused(String why) {
    return refused(name, layer.getClass(), why);
  }

  static IllegalArgumentException refused(String name, Class<?> kind, String why) {
    return new IllegalArgumentException(
        "Layer '" + name + "' (" + kind.getName() + ") cannot be imported: " + why + ".");
  }

  void requireFormat(CNN2DFormat own) {
    if (own != format) {
      throw refused("it reads " + own + " maps in a model of " + format + " maps");
    }
  }
}
