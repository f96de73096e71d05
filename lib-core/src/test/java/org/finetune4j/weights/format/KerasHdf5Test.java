package org.finetune4j.weights.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.finetune4j.weights.format.Samples.numbered;
import static org.finetune4j.weights.format.Samples.resource;
import static org.finetune4j.weights.format.Samples.write;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.finetune4j.weights.Tensor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class KerasHdf5Test {
  @TempDir Path folder;

  @Test
  void readsTheFirstFiles() throws IOException {
    WeightFile file = WeightFile.read(resource("keras-2016.h5"));
    assertThat(file.layout()).isEqualTo(WeightLayout.KERAS);
    assertThat(file.config()).isEmpty();
    assertThat(file.layers())
        .containsExactly(
            layer("block1_conv1", "block1_conv1_W_1:0", numbered(0, 3, 3, 3, 4))
                .and("block1_conv1_b_1:0", numbered(1, 4)),
            layer("fire2/squeeze1x1", "uniform2", numbered(2, 1, 1, 4, 2))
                .and("fire2/squeeze1x1_b", numbered(3, 2)),
            layer(
                    "separableconvolution2d_1",
                    "separableconvolution2d_1_depthwise_kernel:0",
                    numbered(4, 3, 3, 2, 1))
                .and("separableconvolution2d_1_pointwise_kernel:0", numbered(5, 1, 1, 2, 5)));
  }

  @Test
  void readsNestedNamesAndListsInPieces() throws IOException {
    WeightFile file = WeightFile.read(resource("keras-2.h5"));
    assertThat(file.layers())
        .extracting(StoredLayer::name)
        .containsExactly("conv1/conv", "conv1/bn", "separable_conv_1", "normalization");
    assertThat(file.layer("conv1/bn").tensors())
        .extracting(StoredTensor::role)
        .containsExactly("gamma", "beta", "moving_mean", "moving_variance");
    assertThat(file.layer("separable_conv_1").tensors().get(1))
        .isEqualTo(
            new StoredTensor(
                "scope/deep/separable_conv_1/pointwise_kernel:0", numbered(6, 1, 1, 4, 2)));
    Tensor count = file.layer("normalization").tensors().get(2).tensor();
    assertThat(count.shape()).isEmpty();
    assertThat(count.toArray()).containsExactly(7);
  }

  @ParameterizedTest
  @ValueSource(strings = {"keras-3-model.h5", "keras-3.keras", "keras-3.weights.h5"})
  void readsOneModelInThreeFormats(String name) throws IOException {
    WeightFile file = WeightFile.read(resource(name));
    assertThat(tensors(file, "z_conv")).containsExactly(numbered(0, 3, 3, 3, 4));
    assertThat(tensors(file, "a_bn"))
        .containsExactly(numbered(1, 4), numbered(2, 4), numbered(3, 4), numbered(4, 4));
    assertThat(tensors(file, "dw")).containsExactly(numbered(5, 3, 3, 4, 2), numbered(6, 8));
    assertThat(tensors(file, "sep"))
        .containsExactly(numbered(7, 3, 3, 8, 1), numbered(8, 1, 1, 8, 5), numbered(9, 5));
    assertThat(tensors(file, "head")).containsExactly(numbered(10, 20, 3), numbered(11, 3));
    assertThat(file.layers()).hasSize(5);
  }

  @ParameterizedTest
  @ValueSource(strings = {"keras-3-model.h5", "keras-3.keras"})
  void readsTheDescriptionAndItsOrder(String name) throws IOException {
    WeightFile file = WeightFile.read(resource(name));
    assertThat(file.layers())
        .extracting(StoredLayer::name)
        .containsExactly("z_conv", "a_bn", "dw", "sep", "head");
    ModelConfig config = file.config().orElseThrow();
    assertThat(config.epsilon("a_bn")).hasValue(1.001e-5);
    assertThat(config.epsilon("z_conv")).isEmpty();
    assertThat(config.layer("base").orElseThrow().type()).isEqualTo("Functional");
    assertThat(config.layer("head").orElseThrow().text("activation")).hasValue("softmax");
  }

  @Test
  void readsCompressedChunks() throws IOException {
    WeightFile file = WeightFile.read(resource("chunked-gzip.h5"));
    assertThat(tensors(file, "dense")).containsExactly(numbered(0, 40, 30), numbered(1, 30));
  }

  @Test
  void saysWhatIsWrong() throws IOException {
    assertRefused(
        resource("float64.h5"),
        "'dense/kernel:0' holds FloatingPoint of 8 bytes, weights are little-endian float32");
    assertRefused(
        resource("not-finite.h5"), "'dense/kernel:0' of layer 'dense' holds NaN or infinity");
    assertRefused(resource("linked.h5"), "'kernel' in '/dense/' is a link");
    byte[] whole = Files.readAllBytes(resource("keras-2.h5"));
    Path cut = write(folder, "cut.h5", Arrays.copyOf(whole, whole.length / 2));
    assertThatThrownBy(() -> WeightFile.read(cut))
        .isInstanceOf(IOException.class)
        .hasMessageStartingWith("Cannot read weights from " + cut + ": ");
    assertThatThrownBy(() -> WeightFile.read(folder.resolve("absent.h5")))
        .isInstanceOf(NoSuchFileException.class);
  }

  @Test
  void tellsOtherFilesApart() {
    String known = "; known are Keras HDF5 and .keras, TensorFlow.js model.json, safetensors";
    assertRefused(write(folder, "empty", ""), "it is empty" + known);
    assertRefused(
        write(folder, "page.h5", "<!DOCTYPE html><html><body>Sign in</body></html>"),
        "it is a web page (HTML or XML), most likely an error page that was saved" + known);
    assertRefused(
        write(folder, "pointer.h5", "version https://git-lfs.github.com/spec/v1\noid sha256:00"),
        "it is a Git LFS pointer, the file itself was not fetched" + known);
    assertRefused(write(folder, "x.h5", "what"), "its format is not known (4 bytes)" + known);
  }

  @Test
  void namesTheNearestLayer() throws IOException {
    WeightFile file = WeightFile.read(resource("keras-2.h5"));
    assertThatThrownBy(() -> file.layer("conv1/con"))
        .hasMessage("No layer 'conv1/con' in the weight file. Did you mean 'conv1/conv'?");
    assertThat(file).hasToString("WeightFile[KERAS, 4 layers, 175 values]");
  }

  private static void assertRefused(Path file, String why) {
    assertThatThrownBy(() -> WeightFile.read(file))
        .isInstanceOf(IOException.class)
        .hasMessage("Cannot read weights from " + file + ": " + why + ".");
  }

  private static List<Tensor> tensors(WeightFile file, String layer) {
    return file.layer(layer).tensors().stream().map(StoredTensor::tensor).toList();
  }

  private static LayerOfTwo layer(String name, String tensor, Tensor value) {
    return new LayerOfTwo(name, new StoredTensor(tensor, value));
  }

  private record LayerOfTwo(String name, StoredTensor first) {
    StoredLayer and(String tensor, Tensor value) {
      return new StoredLayer(name, List.of(first, new StoredTensor(tensor, value)));
    }
  }
}
