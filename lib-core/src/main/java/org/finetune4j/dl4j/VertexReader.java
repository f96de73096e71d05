package org.finetune4j.dl4j;

import java.util.List;
import org.deeplearning4j.nn.conf.CNN2DFormat;
import org.deeplearning4j.nn.conf.InputPreProcessor;
import org.deeplearning4j.nn.conf.graph.ElementWiseVertex;
import org.deeplearning4j.nn.conf.graph.GraphVertex;
import org.deeplearning4j.nn.conf.graph.MergeVertex;
import org.deeplearning4j.nn.conf.graph.PreprocessorVertex;
import org.deeplearning4j.nn.conf.graph.ScaleVertex;
import org.deeplearning4j.nn.conf.graph.ShiftVertex;
import org.deeplearning4j.nn.conf.preprocessor.CnnToFeedForwardPreProcessor;
import org.deeplearning4j.nn.conf.preprocessor.ComposableInputPreProcessor;
import org.deeplearning4j.nn.conf.preprocessor.FeedForwardToCnnPreProcessor;
import org.finetune4j.network.Activation;
import org.finetune4j.network.ActivationLayer;
import org.finetune4j.network.Add;
import org.finetune4j.network.Concatenate;
import org.finetune4j.network.Flatten;
import org.finetune4j.network.Multiply;
import org.finetune4j.network.Reshape;
import org.finetune4j.network.Shape;

/** Turns what stands between Deeplearning4j's layers into layers of ours. */
final class VertexReader {
  private final Sketch sketch;
  private final CNN2DFormat format;

  VertexReader(Sketch sketch, CNN2DFormat format) {
    this.sketch = sketch;
    this.format = format;
  }

  void add(String name, GraphVertex vertex, List<String> inputs) {
    if (vertex instanceof MergeVertex merge) {
      merge(name, merge, inputs);
    } else if (vertex instanceof ElementWiseVertex elementWise) {
      elementWise(name, elementWise, inputs);
    } else if (vertex instanceof ScaleVertex scale) {
      sketch.add(ActivationReader.rescale(name, inputs.get(0), scale.getScaleFactor(), 0));
    } else if (vertex instanceof ShiftVertex shift) {
      sketch.add(ActivationReader.rescale(name, inputs.get(0), 1, shift.getShiftFactor()));
    } else if (vertex instanceof PreprocessorVertex preprocessor) {
      String last = preprocess(name, preprocessor.getPreProcessor(), name, inputs.get(0));
      if (!last.equals(name)) {
        same(name, last);
      }
    } else {
      throw Part.refused(
          name,
          vertex.getClass(),
          "it has no counterpart; supported are MergeVertex, ElementWiseVertex, ScaleVertex,"
              + " ShiftVertex and PreprocessorVertex");
    }
  }

  private void same(String name, String input) {
    sketch.add(new ActivationLayer(name, input, Activation.LINEAR));
  }

  private void merge(String name, MergeVertex vertex, List<String> inputs) {
    boolean maps = !sketch.shape(inputs.get(0)).isVector();
    int channels = maps && format == CNN2DFormat.NHWC ? 3 : 1;
    if (inputs.size() == 1) {
      same(name, inputs.get(0));
    } else if (vertex.getMergeAxis() != channels) {
      throw Part.refused(
          name,
          vertex.getClass(),
          "it merges along axis "
              + vertex.getMergeAxis()
              + ", but only the channels, axis "
              + channels
              + ", can be merged");
    } else {
      sketch.add(new Concatenate(name, inputs));
    }
  }

  private void elementWise(String name, ElementWiseVertex vertex, List<String> inputs) {
    if (inputs.size() == 1) {
      same(name, inputs.get(0));
      return;
    }
    switch (vertex.getOp()) {
      case Add -> sketch.add(new Add(name, inputs));
      case Average -> {
        sketch.add(new Add(name + "/sum", inputs));
        sketch.add(ActivationReader.rescale(name, name + "/sum", 1.0 / inputs.size(), 0));
      }
      case Subtract -> {
        sketch.add(ActivationReader.rescale(name + "/negative", inputs.get(1), -1, 0));
        sketch.add(new Add(name, List.of(inputs.get(0), name + "/negative")));
      }
      case Product -> product(name, inputs);
      case Max ->
          throw Part.refused(
              name, vertex.getClass(), "the largest of several inputs has no counterpart");
    }
  }

  private void product(String name, List<String> inputs) {
    String product = inputs.get(0);
    for (int i = 1; i < inputs.size(); i++) {
      String next = i == inputs.size() - 1 ? name : name + "/product_" + i;
      sketch.add(new Multiply(next, List.of(product, inputs.get(i))));
      product = next;
    }
  }

  /**
   * Adds what a preprocessor does.
   *
   * @param owner whose preprocessor it is
   * @param name for the layer, if one is needed
   * @return the layer whose output is the preprocessed one
   */
  String preprocess(String owner, InputPreProcessor preprocessor, String name, String input) {
    if (preprocessor instanceof CnnToFeedForwardPreProcessor flatten) {
      return flatten(flatten, name, input);
    } else if (preprocessor instanceof FeedForwardToCnnPreProcessor toMap) {
      int height = Math.toIntExact(toMap.getInputHeight());
      int width = Math.toIntExact(toMap.getInputWidth());
      return toMap(Shape.map(Math.toIntExact(toMap.getNumChannels()), height, width), name, input);
    } else if (preprocessor instanceof ComposableInputPreProcessor several) {
      String last = input;
      int count = 0;
      for (InputPreProcessor each : several.getInputPreProcessors()) {
        last = preprocess(owner, each, name + "_" + ++count, last);
      }
      return last;
    }
    throw Part.refused(
        owner,
        preprocessor.getClass(),
        "this preprocessor has no counterpart; supported are CnnToFeedForwardPreProcessor,"
            + " FeedForwardToCnnPreProcessor and ComposableInputPreProcessor");
  }

  private String flatten(CnnToFeedForwardPreProcessor preprocessor, String name, String input) {
    if (sketch.shape(input).isVector()) {
      return input;
    }
    Flatten flatten = new Flatten(name, input);
    if (preprocessor.getFormat() == CNN2DFormat.NHWC) {
      sketch.addRowsFirst(flatten);
    } else {
      sketch.add(flatten);
    }
    return name;
  }

  /** Maps pass as they are, as in Deeplearning4j. */
  private String toMap(Shape map, String name, String input) {
    if (sketch.shape(input).isVector()) {
      sketch.add(new Reshape(name, input, map));
      return name;
    }
    return input;
  }
}
