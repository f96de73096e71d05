package org.finetune4j.dl4j;

import java.util.Arrays;
import java.util.Optional;
import org.deeplearning4j.nn.conf.CNN2DFormat;
import org.deeplearning4j.nn.conf.ConvolutionMode;
import org.deeplearning4j.nn.conf.layers.GlobalPoolingLayer;
import org.deeplearning4j.nn.conf.layers.SubsamplingLayer;
import org.finetune4j.dl4j.WindowReader.Placed;
import org.finetune4j.network.GlobalPooling;
import org.finetune4j.network.Pooling;
import org.finetune4j.network.PoolingType;
import org.finetune4j.network.Shape;
import org.finetune4j.network.Window;

/** Turns Deeplearning4j's poolings into ours. */
final class PoolingReader {
  private final Sketch sketch;
  private final WindowReader windows;

  PoolingReader(Sketch sketch) {
    this.sketch = sketch;
    this.windows = new WindowReader(sketch);
  }

  void add(Part part, SubsamplingLayer layer) {
    part.requireFormat(layer.getCnn2dDataFormat());
    Window window =
        WindowReader.window(part, layer.getKernelSize(), layer.getStride(), layer.getDilation());
    if (window.dilation() != 1) {
      throw part.refused("a pooling has no dilation here, not " + window.dilation());
    }
    PoolingType type = type(part, layer.getPoolingType());
    Placed placed = place(part, layer, window, type);
    sketch.add(new Pooling(part.name(), placed.input(), type, placed.window()));
  }

  private Placed place(Part part, SubsamplingLayer layer, Window window, PoolingType type) {
    ConvolutionMode mode = layer.getConvolutionMode();
    int[] padding = layer.getPadding();
    boolean max = type == PoolingType.MAX;
    if (!max && layer.isAvgPoolIncludePadInDivisor()) {
      return windows.overZeros(part, window, mode, padding);
    }
    Optional<Placed> own = windows.own(part, window, mode, padding);
    if (own.isEmpty() && !(max && sketch.isNeverNegative(part.input()))) {
      throw part.refused(
          "its padding of "
              + Arrays.toString(padding)
              + " leaves the cells around the map out, which a pooling here does only where that is"
              + " ConvolutionMode.Same");
    }
    return own.orElseGet(() -> windows.overZeros(part, window, mode, padding));
  }

  private static PoolingType type(Part part, org.deeplearning4j.nn.conf.layers.PoolingType type) {
    return switch (type) {
      case MAX -> PoolingType.MAX;
      case AVG -> PoolingType.AVERAGE;
      case SUM, PNORM ->
          throw part.refused("only the pooling of largest values and of means has a counterpart");
    };
  }

  void addGlobal(Part part, GlobalPoolingLayer layer) {
    Shape input = sketch.shape(part.input());
    int[] rowsAndColumns = part.format() == CNN2DFormat.NCHW ? new int[] {2, 3} : new int[] {1, 2};
    int[] dimensions = Optional.ofNullable(layer.getPoolingDimensions()).orElse(new int[] {2, 3});
    if (input.isVector() || !Arrays.equals(dimensions, rowsAndColumns)) {
      throw part.refused("only the pooling of rows and columns has a counterpart");
    }
    boolean map = !layer.isCollapseDimensions();
    if (layer.getPoolingType() == org.deeplearning4j.nn.conf.layers.PoolingType.SUM) {
      String mean = part.named("mean");
      sketch.add(new GlobalPooling(mean, part.input(), PoolingType.AVERAGE, map));
      int cells = input.height() * input.width();
      sketch.add(ActivationReader.rescale(part.name(), mean, cells, 0));
    } else {
      PoolingType type = type(part, layer.getPoolingType());
      sketch.add(new GlobalPooling(part.name(), part.input(), type, map));
    }
  }
}
