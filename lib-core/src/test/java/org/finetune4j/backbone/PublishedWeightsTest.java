package org.finetune4j.backbone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.finetune4j.preprocess.Preprocessing;
import org.finetune4j.weights.RemoteFile;
import org.finetune4j.weights.WeightStore;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Where published weights can be had; nothing is fetched here. */
class PublishedWeightsTest {
  private static List<String> names(Architecture architecture, double width, boolean top) {
    return PublishedWeights.of(architecture, width, 224, top).stream()
        .map(RemoteFile::name)
        .toList();
  }

  @ParameterizedTest
  @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "ALEXNET")
  void everyArchitectureHasSome(Architecture architecture) {
    assertThat(names(architecture, 1, false)).isNotEmpty();
  }

  @Test
  void filesOnHuggingFaceAreNamedAfterTheirRepositories() {
    assertThat(names(Architecture.DINOV2_SMALL_14, 1, false))
        .containsExactly(
            "vit_small_patch14_dinov2.lvd142m.safetensors", "dinov2-small.safetensors");
    assertThat(PublishedWeights.of(Architecture.VIT_TINY_16, 1, 224, true).get(0).licence())
        .isEqualTo("timm: Apache-2.0");
    assertThat(names(Architecture.DINOV2_SMALL_14, 1, true)).isEmpty();
  }

  @Test
  void packagesAreASecondWay() {
    assertThat(names(Architecture.RESNET50, 1, true)).first().isEqualTo("resnet50-tfjs-npm");
    assertThat(names(Architecture.MOBILENET_V2, 0.35, false))
        .hasSize(11)
        .startsWith(
            "mobilenet_v2_weights_tf_dim_ordering_tf_kernels_0.35_224_no_top.h5",
            "mobilenetv2-0.35-tfjs-npm");
    assertThat(names(Architecture.MOBILENET_V2, 0.35, true))
        .hasSize(5)
        .doesNotContain("mobilenetv2-0.35-tfjs-npm"); // its classifier is another one
    assertThat(names(Architecture.MOBILENET_V2, 0.5, false))
        .doesNotContain("mobilenetv2-0.35-tfjs-npm");
  }

  @Test
  void theNearestTrainedSizeComesFirst() {
    List<RemoteFile> files = PublishedWeights.of(Architecture.MOBILENET, 0.25, 150, false);
    assertThat(files.get(0).name()).isEqualTo("mobilenet_2_5_160_tf_no_top.h5");
    assertThat(files).hasSize(8);
    assertThat(files.get(7).name()).doesNotContain("no_top");
  }

  @Test
  void theErrorTellsTheCauseOnce(@TempDir Path empty) {
    List<RemoteFile> files = PublishedWeights.of(Architecture.MOBILENET_V2, 0.35, 224, false);
    WeightStore offline = WeightStore.standard().directory(empty).offline();
    assertThatThrownBy(() -> PublishedWeights.read(offline, "MOBILENET_V2", files))
        .isInstanceOf(IOException.class)
        .hasMessageStartingWith(
            "No published weights of MOBILENET_V2 can be had from this store.\n'"
                + files.get(0).name()
                + "' cannot be used: it is not in the cache")
        .hasMessageContaining("Nor could " + (files.size() - 1) + " other files be had")
        .satisfies(
            error ->
                assertThat(String.valueOf(error.getMessage()).split("the store is offline"))
                    .hasSize(2));
  }

  @Test
  void aWidthThatWasNeverPublishedNamesThoseThatWere() {
    assertThatThrownBy(() -> PretrainedBackbone.builder(Architecture.MOBILENET).alpha(0.4).build())
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "No weights of MOBILENET are published for alpha 0.4; published are [0.25, 0.5, 0.75,"
                + " 1.0]. Name a file of your own with weights(path).");
  }

  /** What a set says must be what its architecture's network needs. */
  @Test
  void setsCarryWhatIsKnownOfThem() {
    for (Architecture architecture : Architecture.values()) {
      for (WeightSet set : WeightSet.of(architecture)) {
        assertThat(set.width() == 1 || architecture.hasWidths()).as(set.toString()).isTrue();
        assertThat(set.licence()).as(set.toString()).isNotBlank();
        assertThat(set.topOne().orElse(0.75)).as(set.toString()).isBetween(0.5, 0.9);
        if (set.name().equals("KERAS")) {
          assertThat(set.preprocessing()).isEqualTo(architecture.preprocessing());
        }
      }
    }
    WeightSet resNet = WeightSet.of(Architecture.RESNET18).get(0);
    assertThat(resNet)
        .hasToString("RESNET18 TORCHVISION_V1 224x224 with top (resnet18.tv_in1k.safetensors)");
    assertThat(resNet.preprocessing()).isEqualTo(Preprocessing.TORCH);
    assertThat(WeightSet.of(Architecture.CONVNEXT_BASE).get(0).topOne()).hasValue(0.853);
  }

  @Test
  void aSetIsTakenAndNoOther(@TempDir Path empty) {
    WeightSet set = WeightSet.of(Architecture.MOBILENET).get(3);
    BackboneBuilder builder =
        PretrainedBackbone.builder(set).weights(WeightStore.standard().directory(empty).offline());
    assertThatThrownBy(builder::build)
        .isInstanceOf(IOException.class)
        .hasMessageContaining("No published weights of " + set)
        .hasMessageContaining(set.file().name());
  }
}
