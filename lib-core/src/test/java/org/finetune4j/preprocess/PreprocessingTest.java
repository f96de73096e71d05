package org.finetune4j.preprocess;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.finetune4j.image.Image;
import org.finetune4j.image.ImageSize;
import org.finetune4j.image.Interpolation;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class PreprocessingTest {
  private static final ImageSize TWO_PIXELS = new ImageSize(2, 1);
  private static final Image IMAGE =
      Image.of(2, 1, new byte[] {10, (byte) 200, 30, 0, (byte) 255, 128 - 256});

  @Test
  void caffeSwapsRedAndBlueAndSubtractsTheMean() {
    assertThat(floats(Preprocessing.CAFFE))
        .containsExactly(
            30 - 103.939f,
            128 - 103.939f,
            200 - 116.779f,
            255 - 116.779f,
            10 - 123.68f,
            0 - 123.68f);
  }

  @Test
  void tfMapsToMinusOneToOne() {
    assertThat(floats(Preprocessing.TF))
        .usingComparatorWithPrecision(1e-6f)
        .containsExactly(
            10 / 127.5f - 1, -1f, 200 / 127.5f - 1, 1f, 30 / 127.5f - 1, 128 / 127.5f - 1);
  }

  @Test
  void torchStandardises() {
    float[] actual = floats(Preprocessing.TORCH);
    double[] expected = {
      (10 / 255.0 - 0.485) / 0.229,
      (0 - 0.485) / 0.229,
      (200 / 255.0 - 0.456) / 0.224,
      (1 - 0.456) / 0.224,
      (30 / 255.0 - 0.406) / 0.225,
      (128 / 255.0 - 0.406) / 0.225
    };
    for (int i = 0; i < expected.length; i++) {
      assertThat((double) actual[i]).isCloseTo(expected[i], within(2e-6));
    }
  }

  @Test
  void theModelInputIsRawRgbWhateverTheWeightsWant() {
    float[] target = new float[8];
    Preprocessing.CAFFE.toModelInput(IMAGE, TWO_PIXELS, target, 1);
    assertThat(target).containsExactly(0, 10, 0, 200, 255, 30, 128, 0);
    assertThat(floats(Preprocessing.NONE)).containsExactly(10, 0, 200, 255, 30, 128);
  }

  @Test
  void grayPicturesFillThreeChannels() {
    float[] target = new float[6];
    Image gray = Image.gray(2, 1, new byte[] {7, 9});
    Preprocessing.NONE.toFloats(gray, TWO_PIXELS, target, 0);
    assertThat(target).containsExactly(7, 9, 7, 9, 7, 9);
  }

  @Test
  void resizesByTheRule() {
    // Left half black, right half white.
    Image wide = Image.gray(4, 2, new byte[] {0, 0, -1, -1, 0, 0, -1, -1});
    Preprocessing squash = Preprocessing.NONE.withInterpolation(Interpolation.AREA);
    assertThat(squash.fit(wide, ImageSize.square(2)).samples()).containsExactly(0, -1, 0, -1);
    Image tall = Image.gray(1, 4, new byte[] {1, 2, 3, 4});
    assertThat(squash.withResize(ResizeRule.CROP).fit(tall, ImageSize.square(1)).samples())
        .containsExactly(2);
    assertThat(squash.withResize(ResizeRule.PAD).fit(tall, new ImageSize(3, 4)).samples())
        .containsExactly(0, 1, 0, 0, 2, 0, 0, 3, 0, 0, 4, 0);
    assertThat(squash.withResize(ResizeRule.PAD).fit(wide, ImageSize.square(2)).samples())
        .containsExactly(0, -1, 0, 0);
  }

  static List<Preprocessing> all() {
    return List.of(
        Preprocessing.NONE,
        Preprocessing.CAFFE,
        Preprocessing.TF,
        Preprocessing.TORCH,
        Preprocessing.CAFFE.withReducingGap(2.5),
        Preprocessing.TF.withResize(ResizeRule.PAD).withInterpolation(Interpolation.BILINEAR));
  }

  @ParameterizedTest
  @MethodSource("all")
  void survivesJsonAsText(Preprocessing preprocessing) {
    assertThat(Preprocessing.fromJson(preprocessing.toJson())).isEqualTo(preprocessing);
  }

  @Test
  void theJsonFormStays() {
    assertThat(Preprocessing.CAFFE.toJson())
        .isEqualTo(
            "{\"resize\":\"squash\",\"interpolation\":\"bicubic\",\"channelOrder\":\"bgr\","
                + "\"mean\":[103.939,116.779,123.68],\"scale\":[1.0,1.0,1.0]}");
  }

  @Test
  void brokenJsonIsRefusedByField() {
    String json = Preprocessing.TF.toJson();
    assertThatThrownBy(() -> Preprocessing.fromJson(json.replace("squash", "stretch")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "Preprocessing field 'resize' must be one of [squash, crop, pad], but is 'stretch'.");
    assertThatThrownBy(() -> Preprocessing.fromJson(json.replace("mean", "average")))
        .hasMessage("Preprocessing needs three finite values of mean, but has [].");
    assertThatThrownBy(
            () -> Preprocessing.fromJson(json.replaceFirst("\"scale\":\\[", "\"scale\":[\"1\",")))
        .hasMessage("Preprocessing field 'scale' must hold numbers, but holds \"1\".");
    assertThatThrownBy(() -> Preprocessing.fromJson("squash"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("Preprocessing is no JSON: squash");
    assertThatThrownBy(
            () ->
                Preprocessing.of(
                    ChannelOrder.RGB, List.of(0f, 0f, 0f), List.of(1f, 0f, Float.MIN_VALUE)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("must not be 0");
  }

  private static float[] floats(Preprocessing preprocessing) {
    float[] target = new float[6];
    preprocessing.toFloats(IMAGE, TWO_PIXELS, target, 0);
    return target;
  }
}
