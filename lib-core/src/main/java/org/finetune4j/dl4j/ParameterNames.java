package org.finetune4j.dl4j;

import org.nd4j.linalg.api.ndarray.INDArray;

/** What Deeplearning4j calls the tensor of a Keras role, and in which layout it keeps it. */
final class ParameterNames {
  private ParameterNames() {}

  static String dl4j(String role) {
    return switch (role) {
      case "kernel", "depthwise_kernel", "pointwise_kernel" -> "W";
      case "bias" -> "b";
      case "moving_mean" -> "mean";
      case "moving_variance" -> "var";
      default -> role;
    };
  }

  /**
   * Brings a tensor into Deeplearning4j's layout: depthwise kernels are [channels x multiplier, 1,
   * height, width] here, [height, width, channels, multiplier] there.
   */
  static INDArray toDl4j(String role, INDArray tensor, long[] shape) {
    return role.equals("depthwise_kernel")
        ? tensor.reshape(shape[2], shape[3], shape[0], shape[1]).permute(2, 3, 0, 1)
        : tensor.reshape(shape);
  }
}
