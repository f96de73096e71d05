package org.finetune4j.backbone.match;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.finetune4j.network.Network;
import org.finetune4j.network.PositionEmbedding;
import org.finetune4j.network.TensorSpec;
import org.finetune4j.network.TokenGrid;
import org.finetune4j.weights.Tensor;
import org.finetune4j.weights.format.StoredLayer;
import org.finetune4j.weights.format.StoredTensor;

/**
 * Position embeddings for another grid of patches than they were trained on, as timm's {@code
 * resample_abs_pos_embed} makes them: those of class token and registers stay, those of the patches
 * are resampled as a picture, with a bicubic filter (a = -0.5) that is widened when the grid
 * shrinks (PyTorch's {@code interpolate(mode="bicubic", antialias=True)}).
 */
public final class PositionGrid {
  private PositionGrid() {}

  /** Returns whether the network has such a layer of this name. */
  public static boolean isIn(Network network, String layer) {
    return network.contains(layer) && network.layer(layer) instanceof PositionEmbedding;
  }

  /**
   * Returns the layer's embedding for the network's grid.
   *
   * @throws IOException if the stored one has other channels or was not trained on a square grid
   */
  public static Map<TensorSpec, Tensor> fit(
      String source, Network network, String layer, StoredLayer stored) throws IOException {
    TensorSpec spec = network.tensors(layer).get(0);
    StoredTensor tensor = stored.tensors().get(0);
    List<Integer> shape = tensor.tensor().shape();
    if (stored.tensors().size() == 1 && shape.equals(spec.shape())) {
      return Map.of(spec, tensor.tensor());
    }
    int channels = spec.shape().get(1);
    TokenGrid grid = TokenGrid.of(network, layer).orElseThrow();
    int side = shape.size() == 2 ? (int) Math.round(Math.sqrt(shape.get(0) - grid.prefix())) : 0;
    boolean fits =
        stored.tensors().size() == 1
            && side > 0
            && shape.equals(List.of(side * side + grid.prefix(), channels));
    if (!fits) {
      throw new IOException(
          "Weight file "
              + source
              + ": layer '"
              + layer
              + "' needs one embedding of "
              + channels
              + " channels for "
              + grid.prefix()
              + " + s x s tokens, whose square is interpolated to "
              + grid.rows()
              + "x"
              + grid.columns()
              + " patches, but tensor '"
              + tensor.name()
              + "' has shape "
              + shape
              + ". Is it the file of another architecture?");
    }
    float[] values = tensor.tensor().toArray();
    return Map.of(spec, Tensor.of(resampled(values, side, grid, channels), spec.shape()));
  }

  private static float[] resampled(float[] from, int side, TokenGrid grid, int channels) {
    double[][] down = weights(side, grid.rows());
    double[][] across = weights(side, grid.columns());
    int first = grid.prefix() * channels;
    float[] to = new float[first + grid.rows() * grid.columns() * channels];
    System.arraycopy(from, 0, to, 0, first);
    double[] columns = new double[side * channels];
    for (int row = 0; row < grid.rows(); row++) {
      for (int i = 0; i < columns.length; i++) {
        columns[i] = 0;
        for (int y = 0; y < side; y++) {
          columns[i] += down[row][y] * from[first + y * columns.length + i];
        }
      }
      for (int column = 0; column < grid.columns(); column++) {
        int at = first + (row * grid.columns() + column) * channels;
        for (int c = 0; c < channels; c++) {
          double sum = 0;
          for (int x = 0; x < side; x++) {
            sum += across[column][x] * columns[x * channels + c];
          }
          to[at + c] = (float) sum;
        }
      }
    }
    return to;
  }

  /** Returns for each output how much it takes of each input. */
  private static double[][] weights(int inputs, int outputs) {
    double scale = (double) inputs / outputs;
    double widening = Math.max(1, scale);
    double[][] weights = new double[outputs][inputs];
    for (int i = 0; i < outputs; i++) {
      double center = (i + 0.5) * scale;
      double sum = 0;
      for (int k = 0; k < inputs; k++) {
        weights[i][k] = cubic(Math.abs(k + 0.5 - center) / widening);
        sum += weights[i][k];
      }
      for (int k = 0; k < inputs; k++) {
        weights[i][k] /= sum;
      }
    }
    return weights;
  }

  /** Keys's cubic convolution, a = -0.5. */
  private static double cubic(double d) {
    if (d < 1) {
      return (1.5 * d - 2.5) * d * d + 1;
    }
    return d < 2 ? ((-0.5 * d + 2.5) * d - 4) * d + 2 : 0;
  }
}
