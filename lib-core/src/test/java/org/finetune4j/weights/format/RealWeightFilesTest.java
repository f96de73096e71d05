package org.finetune4j.weights.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.finetune4j.testing.SharedFiles;
import org.finetune4j.weights.Tensor;
import org.junit.jupiter.api.Test;

/** Published files, where they are at hand. */
class RealWeightFilesTest {
  @Test
  void mobileNetIsTheSameInBothFormats() throws IOException {
    WeightFile hdf5 = read("mobilenet_2_5_224_tf_no_top.h5");
    WeightFile tfjs = read("mobilenet_0_25_224_tfjs");
    assertThat(hdf5.parameterCount()).isEqualTo(218_544);
    assertThat(tfjs.parameterCount()).isEqualTo(218_544 + 256 * 1000 + 1000);
    for (StoredLayer layer : hdf5.layers()) {
      assertThat(tensors(tfjs.layer(layer.name()))).isEqualTo(tensors(layer));
    }
    List<String> order = hdf5.layers().stream().map(StoredLayer::name).toList();
    assertThat(tfjs.layers())
        .extracting(StoredLayer::name)
        .startsWith(order.toArray(new String[0]));
    assertThat(tfjs.config().orElseThrow().epsilon("conv_dw_1_bn")).hasValue(0.001);
  }

  @Test
  void squeezeNetKeepsItsOldNames() throws IOException {
    WeightFile file = read("squeezenet_weights_tf_dim_ordering_tf_kernels_notop.h5");
    assertThat(file.parameterCount()).isEqualTo(722_496);
    assertThat(file.layers().stream().mapToInt(layer -> layer.tensors().size()).sum())
        .isEqualTo(50);
    assertThat(file.layer("fire9/expand3x3").tensors())
        .extracting(StoredTensor::name)
        .containsExactly("uniform25", "fire9/expand3x3_b");
  }

  @Test
  void teachableMachineIsTakenApart() throws IOException {
    WeightFile file = read("teachable_machine_mobilenetv2_035.h5");
    assertThat(file.layer("block_1_expand_BN").tensors())
        .extracting(StoredTensor::role)
        .containsExactly("gamma", "beta", "moving_mean", "moving_variance");
    assertThat(file.layer("block_1_expand_BN").tensors())
        .extracting(it -> it.tensor().shape())
        .containsOnly(List.of(48));
    assertThat(file.config().orElseThrow().epsilon("block_1_expand_BN")).hasValue(0.001);
    StoredLayer output = file.layers().get(file.layers().size() - 1);
    assertThat(output.tensors())
        .extracting(it -> it.tensor().shape())
        .containsExactly(List.of(100, 2));
  }

  private static WeightFile read(String name) throws IOException {
    Optional<Path> file = SharedFiles.find("weights/" + name);
    assumeTrue(file.isPresent(), "Skipped: weights/" + name + " is not in the shared folder");
    return WeightFile.read(file.orElseThrow());
  }

  private static List<Tensor> tensors(StoredLayer layer) {
    return layer.tensors().stream().map(StoredTensor::tensor).toList();
  }
}
