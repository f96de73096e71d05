package org.finetune4j.keras;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.finetune4j.image.ImageSize;
import org.finetune4j.network.Activation;
import org.finetune4j.network.ActivationLayer;
import org.finetune4j.network.Network;
import org.finetune4j.network.Rescale;
import org.finetune4j.network.Shape;
import org.finetune4j.weights.format.WeightFile;
import org.junit.jupiter.api.Test;

/** Descriptions of Keras models as they come, and as they should not come. */
class KerasGraphTest {
  private static final String INPUT =
      "{'class_name':'InputLayer','name':'in','config':{'name':'in',"
          + "'batch_input_shape':[null,8,8,3]},'inbound_nodes':[]}";

  private static Network functional(String layers, String outputs) {
    String json =
        "{'class_name':'Functional','config':{'name':'m','layers':["
            + INPUT
            + layers
            + "],'input_layers':[['in',0,0]],'output_layers':"
            + outputs
            + "}}";
    return KerasGraph.of(json.replace('\'', '"'), Optional.empty());
  }

  private static String layer(String type, String name, String settings, String inbound) {
    return ",{'class_name':'%s','name':'%s','config':{'name':'%s'%s},'inbound_nodes':%s}"
        .formatted(type, name, name, settings, inbound);
  }

  private static String flatten(String input) {
    return layer("Flatten", "flat", "", "[[['" + input + "',0,0,{}]]]");
  }

  private static void assertRefused(String layers, String message) {
    assertThatThrownBy(() -> functional(layers, "[['flat',0,0]]"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(message);
  }

  @Test
  void layersMayStandInAnyOrder() {
    String relu = layer("ReLU", "r", ",'max_value':6.0", "[[['in',0,0,{}]]]");
    Network network = functional(flatten("r") + relu, "[['flat',0,0]]");
    assertThat(network.layerNames()).containsExactly("in", "r", "flat");
    assertThat(network.layer("r")).isEqualTo(new ActivationLayer("r", "in", Activation.RELU6));
  }

  @Test
  void keras3NamesTensorsByTheirHistory() {
    String tensor =
        "{'class_name':'__keras_tensor__','config':{'shape':[null,8,8,3],"
            + "'keras_history':['in',0,0]}}";
    String add = layer("Add", "a", "", "[{'args':[[" + tensor + "," + tensor + "]],'kwargs':{}}]");
    Network network = functional(add + flatten("a"), "['flat',0,0]");
    assertThat(network.layer("a").inputs()).containsExactly("in", "in");
  }

  @Test
  void whatOnlyTrainsIsPassedOver() {
    String flip = layer("RandomFlip", "f", "", "[[['in',0,0,{}]]]");
    assertThat(functional(flip + flatten("f"), "[['flat',0,0]]").layerNames())
        .containsExactly("in", "flat");
  }

  /** Keras 2 left the arithmetic of preprocess_input between the layers like this. */
  @Test
  void arithmeticOfKeras2BecomesRescaling() {
    String divide =
        layer(
            "TFOpLambda",
            "tf.math.truediv",
            ",'function':'math.truediv'",
            "[['in',0,0,{'y':127.5}]]");
    String subtract =
        layer(
            "TFOpLambda",
            "s",
            ",'function':'math.subtract'",
            "[['tf.math.truediv',0,0,{'y':1.0}]]");
    Network network = functional(divide + subtract + flatten("s"), "[['flat',0,0]]");
    assertThat(network.layer("tf.math.truediv"))
        .isEqualTo(new Rescale("tf.math.truediv", "in", List.of(1 / 127.5), List.of(0.0)));
    assertThat(network.layer("s"))
        .isEqualTo(new Rescale("s", "tf.math.truediv", List.of(1.0), List.of(-1.0)));
  }

  @Test
  void readsPicturesOfAnySizeAtTheSizeAskedFor() {
    String json =
        "{'class_name':'Sequential','config':[{'class_name':'GlobalMaxPooling2D','config':"
            + "{'name':'g','batch_input_shape':[null,null,null,3]}}]}";
    String quoted = json.replace('\'', '"');
    assertThat(KerasGraph.of(quoted, Optional.of(new ImageSize(12, 10))).inputs().get(0).shape())
        .isEqualTo(Shape.map(3, 10, 12));
    assertThatThrownBy(() -> KerasGraph.of(quoted, Optional.empty()))
        .hasMessageContaining("say which with KerasModel.read(file, inputSize)");
  }

  @Test
  void namesTheLayerThatHasNoCounterpart() {
    String twice = "[[['in',0,0,{}]],[['in',0,0,{}]]]";
    String once = "[[['in',0,0,{}]]]";
    assertRefused(
        layer("LSTM", "x", "", once) + flatten("x"),
        "layer 'x' is a LSTM, which has no counterpart here");
    assertRefused(layer("ReLU", "x", "", twice) + flatten("x"), "layer 'x' is used 2 times");
    assertRefused(
        layer("ReLU", "x", ",'threshold':0.1", once) + flatten("x"),
        "layer 'x' is a function of another kind");
    assertRefused(
        layer("Activation", "x", ",'activation':'mish'", once) + flatten("x"),
        "layer 'x' is a function of another kind");
    assertRefused(
        layer("Conv2D", "x", ",'filters':2,'kernel_size':[3,3],'strides':[1,2]", once)
            + flatten("x"),
        "layer 'x' has the strides [1,2], different by direction");
    assertRefused(
        layer("BatchNormalization", "x", ",'axis':1", once) + flatten("x"),
        "layer 'x' normalises along axis 1");
    assertRefused(
        layer("Resizing", "x", ",'height':4,'width':4,'interpolation':'lanczos3'", once)
            + flatten("x"),
        "layer 'x' has the interpolation 'lanczos3'");
    assertRefused(
        layer("Conv2D", "x", ",'filters':2,'kernel_size':[3,3],'groups':2", once) + flatten("x"),
        "Layer 'x': 3 channels make no 2 equal groups");
    assertRefused(flatten("nowhere"), "layer 'flat' reads a layer that is not there");
  }

  @Test
  void refusesNonsenseWithoutRunningAway() {
    assertRefused(
        layer("ReLU", "a", "", "[[['b',0,0,{}]]]")
            + layer("ReLU", "b", "", "[[['a',0,0,{}]]]")
            + flatten("b"),
        "layer 'a' reads a layer that is not there");
    assertThatThrownBy(() -> KerasGraph.of("{}", Optional.empty()))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> KerasGraph.of("{", Optional.empty()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("no JSON");
    assertThatThrownBy(() -> functional(flatten("in"), "[['in',0,0],['flat',0,0]]"))
        .hasMessageContaining("one input and one output");
  }

  /** A description from outside can at worst be refused; 1,000 mutations with {@code thorough}. */
  @Test
  void damagedDescriptionsAreReadOrRefused() throws IOException {
    String whole =
        WeightFile.read(Path.of("src/test/resources/weights/nested-model.h5"))
            .config()
            .orElseThrow()
            .json();
    assertThat(KerasGraph.of(whole, Optional.empty()).outputShape()).isEqualTo(Shape.vector(3));
    int mutations = Boolean.getBoolean("finetune4j.thorough") ? 1000 : 200;
    Random random = new Random(1);
    int refused = 0;
    for (int i = 0; i < mutations; i++) {
      String damaged = mutated(whole, random);
      try {
        KerasGraph.of(damaged, Optional.empty());
      } catch (IllegalArgumentException | ArithmeticException documented) {
        refused++;
      }
    }
    assertThat(refused).isBetween(mutations / 10, mutations - 1);
  }

  /** Other values for some numbers, names and literals; the text stays JSON most of the time. */
  private static String mutated(String json, Random random) {
    List<String> others =
        List.of("0", "-1", "2147483647", "1e308", "null", "[]", "{}", "\"base\"", "true", "[[7]]");
    Matcher value =
        Pattern.compile("(?<=[:,\\[] ?)(\"[a-z_0-9A-Z]*\"(?!:)|-?[0-9.]+|null|true|false)")
            .matcher(json);
    int share = 2 + random.nextInt(400);
    return value.replaceAll(
        found ->
            random.nextInt(share) == 0
                ? others.get(random.nextInt(others.size()))
                : Matcher.quoteReplacement(found.group()));
  }
}
