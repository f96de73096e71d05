package org.finetune4j.preprocess;

import java.util.List;
import java.util.Objects;
import java.util.OptionalDouble;
import org.finetune4j.image.Image;
import org.finetune4j.image.ImageSize;
import org.finetune4j.image.Interpolation;
import org.finetune4j.image.Resize;
import org.finetune4j.picture.ImageDecoder;

/**
 * What must happen to a picture before a network reads it: size, channel order, mean and scale. It
 * belongs to the weights; the wrong one costs most of the accuracy. An immutable value.
 *
 * <p>A sample x of 0 to 255 becomes {@code (x - mean[c]) * scale[c]}, where c counts channels in
 * the network's order. Gray pictures are read as RGB with three equal channels.
 *
 * <pre>{@code
 * Preprocessing mine = Preprocessing.TF.withResize(ResizeRule.CROP);
 * }</pre>
 *
 * @param resize how pictures get the input size
 * @param interpolation the filter for that
 * @param channelOrder the order in which the network reads the channels
 * @param mean three values on the scale 0 to 255, in the network's channel order
 * @param scale three factors, in the network's channel order
 * @param reducingGap how many times the input size the quick first steps leave of a large picture,
 *     see {@link #withReducingGap}; none if pictures are resized in one step
 */
public record Preprocessing(
    ResizeRule resize,
    Interpolation interpolation,
    ChannelOrder channelOrder,
    List<Float> mean,
    List<Float> scale,
    OptionalDouble reducingGap) {
  private static final int CHANNELS = 3;

  /** Samples as they are, RGB, 0 to 255. */
  public static final Preprocessing NONE = of(ChannelOrder.RGB, same(0), same(1));

  /**
   * BGR minus the ImageNet mean [103.939, 116.779, 123.68], not scaled: VGG, ResNet (Keras's {@code
   * imagenet_utils.preprocess_input}, mode "caffe").
   */
  public static final Preprocessing CAFFE =
      of(ChannelOrder.BGR, List.of(103.939f, 116.779f, 123.68f), same(1));

  /** RGB, x / 127.5 - 1: MobileNet, Inception, Xception (Keras's mode "tf"). */
  public static final Preprocessing TF = of(ChannelOrder.RGB, same(127.5), same(1 / 127.5));

  /**
   * RGB / 255 minus [0.485, 0.456, 0.406] divided by [0.229, 0.224, 0.225]: DenseNet, torchvision's
   * weights (Keras's mode "torch").
   */
  public static final Preprocessing TORCH =
      of(
          ChannelOrder.RGB,
          floats(255 * 0.485, 255 * 0.456, 255 * 0.406),
          floats(1 / (255 * 0.229), 1 / (255 * 0.224), 1 / (255 * 0.225)));

  /**
   * Checks and copies the values.
   *
   * @throws IllegalArgumentException if mean or scale do not have three finite values, a scale is
   *     zero, or a reducing gap is below 1 or infinite
   */
  public Preprocessing {
    mean = checked("mean", mean);
    scale = checked("scale", scale);
    if (scale.contains(0f) || scale.contains(-0f)) {
      throw new IllegalArgumentException("A scale must not be 0, but is " + scale + ".");
    }
    if (reducingGap.isPresent()
        && !(reducingGap.getAsDouble() >= 1 && Double.isFinite(reducingGap.getAsDouble()))) {
      throw new IllegalArgumentException(
          "A reducing gap is at least 1 and finite, but is " + reducingGap.getAsDouble() + ".");
    }
  }

  /** Returns preprocessing that resizes in one step. */
  public Preprocessing(
      ResizeRule resize,
      Interpolation interpolation,
      ChannelOrder channelOrder,
      List<Float> mean,
      List<Float> scale) {
    this(resize, interpolation, channelOrder, mean, scale, OptionalDouble.empty());
  }

  /**
   * Returns preprocessing with the default way of resizing: squash, bicubic, antialiased.
   *
   * @param mean three values on the scale 0 to 255, in the network's channel order
   * @param scale three factors, in the network's channel order
   */
  public static Preprocessing of(ChannelOrder channelOrder, List<Float> mean, List<Float> scale) {
    return new Preprocessing(
        ResizeRule.SQUASH,
        Interpolation.BICUBIC,
        Objects.requireNonNull(channelOrder, "channelOrder"),
        Objects.requireNonNull(mean, "mean"),
        Objects.requireNonNull(scale, "scale"));
  }

  /** Returns the same with another rule of resizing. */
  public Preprocessing withResize(ResizeRule newResize) {
    return new Preprocessing(newResize, interpolation, channelOrder, mean, scale, reducingGap);
  }

  /** Returns the same with another filter for resizing. */
  public Preprocessing withInterpolation(Interpolation newInterpolation) {
    return new Preprocessing(resize, newInterpolation, channelOrder, mean, scale, reducingGap);
  }

  /**
   * Returns the same for large pictures in a fraction of the time and memory, as with Pillow's
   * {@code reducing_gap}: JPEG files are decoded at a half, a quarter or an eighth of their size
   * ({@link ImageDecoder#draft}), then boxes of whole pixels become one, and the filter of the
   * interpolation does the rest. Pictures below twice the gap times the input size change nothing.
   * The results differ a little from those of one step, so it belongs to what features and
   * classifiers are made with.
   *
   * @param gap how many times the input size the first steps leave at least; 2 is close to one
   *     step, 3 hardly to be told from it
   * @throws IllegalArgumentException if it is below 1 or infinite
   */
  public Preprocessing withReducingGap(double gap) {
    return new Preprocessing(
        resize, interpolation, channelOrder, mean, scale, OptionalDouble.of(gap));
  }

  /** Returns the same in one step, which equals Keras's and torchvision's. */
  public Preprocessing withoutReducingGap() {
    return new Preprocessing(resize, interpolation, channelOrder, mean, scale);
  }

  /**
   * Returns what decodes pictures that are fitted to an input size at once: with a reducing gap, a
   * decoder that leaves out what is not needed of them.
   */
  public ImageDecoder decoder(ImageDecoder decoder, ImageSize inputSize) {
    if (reducingGap.isEmpty()) {
      return decoder;
    }
    double gap = reducingGap.getAsDouble();
    return decoder.draft(
        new ImageSize(
            (int) Math.ceil(inputSize.width() * gap), (int) Math.ceil(inputSize.height() * gap)));
  }

  /** Returns the picture at the input size, its samples unchanged otherwise. */
  public Image fit(Image image, ImageSize inputSize) {
    return resize.apply(image, inputSize, interpolation, reducingGap.orElse(Resize.NO_GAP));
  }

  /**
   * Writes what the bare network reads: the picture at the input size, channels ordered, shifted
   * and scaled, channel by channel, row by row (CHW).
   *
   * @param target receives {@code 3 * width * height} values
   * @param offset position of the first of them
   * @throws IndexOutOfBoundsException if they do not fit
   */
  public void toFloats(Image image, ImageSize inputSize, float[] target, int offset) {
    Image fitted = fit(image, inputSize);
    for (int place = 0; place < CHANNELS; place++) {
      float[] values = new float[256];
      for (int x = 0; x < values.length; x++) {
        values[x] = (x - mean.get(place)) * scale.get(place);
      }
      writePlane(fitted, channelOrder.source(place), values, target, offset, place);
    }
  }

  /**
   * Writes what a {@code model.onnx} of ours reads, which holds channel order, mean and scale
   * itself: the picture at the input size as RGB, 0 to 255, channel by channel, row by row (CHW).
   *
   * @param target receives {@code 3 * width * height} values
   * @param offset position of the first of them
   * @throws IndexOutOfBoundsException if they do not fit
   */
  public void toModelInput(Image image, ImageSize inputSize, float[] target, int offset) {
    toModelInput(image, inputSize, CHANNELS, target, offset);
  }

  /**
   * Writes what a model reads that may read gray pictures.
   *
   * @param channels 3 for RGB, 1 for gray: {@link Image#toGray}
   */
  public void toModelInput(
      Image image, ImageSize inputSize, int channels, float[] target, int offset) {
    Image fitted = channels == 1 ? fit(image, inputSize).toGray() : fit(image, inputSize);
    float[] values = new float[256];
    for (int x = 0; x < values.length; x++) {
      values[x] = x;
    }
    for (int place = 0; place < channels; place++) {
      writePlane(fitted, place, values, target, offset, place);
    }
  }

  private static void writePlane(
      Image image, int channel, float[] values, float[] target, int offset, int place) {
    int pixels = image.width() * image.height();
    int at = offset + place * pixels;
    byte[] samples = image.unwrap();
    int stride = image.channels();
    for (int i = stride == 1 ? 0 : channel; i < samples.length; i += stride) {
      target[at++] = values[samples[i] & 0xFF];
    }
  }

  /** Returns the JSON text for manifests and fingerprints; equal values give equal text. */
  public String toJson() {
    return PreprocessingJson.write(this).toString();
  }

  /**
   * Reads the form that {@link #toJson} writes.
   *
   * @throws IllegalArgumentException if this is no JSON, or a field is missing or has no valid
   *     value; the message names it
   */
  public static Preprocessing fromJson(String json) {
    return PreprocessingJson.read(Objects.requireNonNull(json, "json"));
  }

  private static List<Float> checked(String name, List<Float> values) {
    if (values.size() != CHANNELS || !values.stream().allMatch(v -> Float.isFinite(v))) {
      throw new IllegalArgumentException(
          "Preprocessing needs three finite values of " + name + ", but has " + values + ".");
    }
    return List.copyOf(values);
  }

  private static List<Float> same(double value) {
    return floats(value, value, value);
  }

  private static List<Float> floats(double a, double b, double c) {
    return List.of((float) a, (float) b, (float) c);
  }
}
