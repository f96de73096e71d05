package org.finetune4j.dl4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.GlobalPoolingLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.PoolingType;
import org.deeplearning4j.nn.conf.layers.SubsamplingLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.finetune4j.backbone.PretrainedBackbone;
import org.finetune4j.data.ImageDataset;
import org.finetune4j.feature.FeatureExtractor;
import org.finetune4j.feature.FeatureSet;
import org.finetune4j.head.ClassifierHead;
import org.finetune4j.head.TrainedHead;
import org.finetune4j.image.Image;
import org.finetune4j.model.ImageClassifier;
import org.finetune4j.model.Prediction;
import org.finetune4j.network.Network;
import org.finetune4j.network.NetworkBuilder;
import org.finetune4j.network.Shape;
import org.finetune4j.network.Window;
import org.finetune4j.picture.ImageDecoder;
import org.finetune4j.preprocess.Preprocessing;
import org.finetune4j.testing.RandomWeights;
import org.finetune4j.testing.Stripes;
import org.finetune4j.weights.Weights;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/** From a Deeplearning4j graph to a classifier, and back to a graph. */
class ImportedBackboneTest {
  private static final Shape INPUT = Shape.map(3, 18, 20);

  private static ImportedNetwork imported() {
    ComputationGraph graph =
        new ComputationGraph(
            new NeuralNetConfiguration.Builder()
                .activation(Activation.RELU)
                .graphBuilder()
                .addInputs("in")
                .setInputTypes(InputType.convolutional(18, 20, 3))
                .addLayer("conv", new ConvolutionLayer.Builder(3, 3).nOut(12).build(), "in")
                .addLayer("norm", new BatchNormalization(), "conv")
                .addLayer("pool", new SubsamplingLayer.Builder().kernelSize(2, 2).build(), "norm")
                .addLayer("mean", new GlobalPoolingLayer(PoolingType.AVG), "pool")
                .addLayer(
                    "out",
                    new OutputLayer.Builder(LossFunction.MCXENT)
                        .activation(Activation.SOFTMAX)
                        .nOut(5)
                        .build(),
                    "mean")
                .setOutputs("out")
                .build());
    graph.init();
    ImportComparison.randomize(graph, 4);
    return Dl4jGraphs.fromGraph(graph, INPUT);
  }

  @Test
  void learnsAndGoesBack() throws IOException {
    ImportedNetwork imported = imported();
    try (PretrainedBackbone backbone =
        PretrainedBackbone.of("mine", imported.network(), imported.weights(), Preprocessing.TF)) {
      assertThat(backbone.featureLayer()).isEqualTo("pool");
      FeatureExtractor extractor = FeatureExtractor.builder(backbone).build();
      FeatureSet features = extractor.extract(Stripes.of(80, 1));
      TrainedHead head = ClassifierHead.logisticRegression().build().fit(features);
      ImageDataset test = Stripes.of(40, 2);
      try (ImageClassifier classifier = head.classifier(extractor)) {
        assertThat(classifier.evaluate(test).accuracy()).isGreaterThan(0.9);
        assertSame(classifier, Dl4jGraphs.toGraph(classifier), test);
      }
    }
  }

  private static void assertSame(
      ImageClassifier classifier, ComputationGraph graph, ImageDataset pictures)
      throws IOException {
    for (int i = 0; i < 5; i++) {
      Image picture = pictures.get(i).decode(ImageDecoder.standard());
      INDArray probabilities = graph.output(pixels(picture))[0];
      for (Prediction prediction : classifier.predict(picture, 2)) {
        int index = Stripes.LABELS.indexOf(prediction.label());
        assertThat(prediction.probability())
            .isCloseTo(probabilities.getFloat(0, index), within(1e-4f));
      }
    }
  }

  private static INDArray pixels(Image picture) {
    byte[] rgb = picture.rgb();
    float[] planes = new float[rgb.length];
    int area = picture.width() * picture.height();
    for (int i = 0; i < rgb.length; i++) {
      planes[i % 3 * area + i / 3] = rgb[i] & 0xff;
    }
    return Nd4j.createFromArray(planes).reshape(1, 3, picture.height(), picture.width());
  }

  /** Caches of features must not take one network for another with the same weights. */
  @Test
  void whatLayersDoIsPartOfTheFingerprint() throws IOException {
    Set<String> fingerprints = new HashSet<>();
    for (int stride = 1; stride <= 2; stride++) {
      NetworkBuilder start =
          Network.builder(Shape.map(3, 9, 9)).convolution("c", 4, Window.of(3).stride(stride));
      Network linear = start.build();
      Network active = start.relu("relu").build();
      for (Network network : List.of(linear, active)) {
        try (PretrainedBackbone backbone =
            PretrainedBackbone.of(
                "mine", network, RandomWeights.of(network, 1), Preprocessing.TF)) {
          fingerprints.add(backbone.fingerprint());
        }
      }
    }
    assertThat(fingerprints).hasSize(4);
  }

  @Test
  void refusesWhatDoesNotFit() {
    ImportedNetwork imported = imported();
    Network gray = Network.builder(Shape.map(1, 5, 5)).relu().build();
    assertThatThrownBy(
            () -> PretrainedBackbone.of("gray", gray, Weights.empty(), Preprocessing.NONE))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("A backbone reads one picture of three channels, but gray reads [1x5x5].");
    assertThatThrownBy(
            () ->
                PretrainedBackbone.of(
                    "mine", imported.network(), Weights.empty(), Preprocessing.NONE))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("conv/kernel");
  }
}
