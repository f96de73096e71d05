package org.finetune4j.backbone;

import java.util.List;
import org.finetune4j.architecture.AlexNet;
import org.finetune4j.architecture.Blueprint;
import org.finetune4j.architecture.DenseNet;
import org.finetune4j.architecture.EfficientNet;
import org.finetune4j.architecture.EfficientNetV2;
import org.finetune4j.architecture.InceptionResNetV2;
import org.finetune4j.architecture.InceptionV3;
import org.finetune4j.architecture.MobileNet;
import org.finetune4j.architecture.MobileNetV2;
import org.finetune4j.architecture.MobileNetV3;
import org.finetune4j.architecture.ResNet;
import org.finetune4j.architecture.ResNetV2;
import org.finetune4j.architecture.SqueezeNet;
import org.finetune4j.architecture.Vgg;
import org.finetune4j.architecture.Xception;
import org.finetune4j.image.ImageSize;
import org.finetune4j.network.Network;
import org.finetune4j.network.NetworkBuilder;
import org.finetune4j.network.Shape;
import org.finetune4j.preprocess.Preprocessing;

/**
 * The networks that published ImageNet weights exist for, with the layer names of Keras
 * Applications (AlexNet and SqueezeNet: of their papers). A constant describes a network and holds
 * no weights; {@link PretrainedBackbone} brings the two together.
 */
@SuppressWarnings("ImmutableEnumChecker") // blueprints and preprocessings are records of values
public enum Architecture {
  /** VGG with 16 layers, arXiv:1409.1556. */
  VGG16(new Vgg(List.of(2, 2, 3, 3, 3)), 224, 32, Preprocessing.CAFFE, 138_357_544, 14_714_688),
  /** VGG with 19 layers, arXiv:1409.1556. */
  VGG19(new Vgg(List.of(2, 2, 4, 4, 4)), 224, 32, Preprocessing.CAFFE, 143_667_240, 20_024_384),
  /** ResNet with 50 layers, arXiv:1512.03385. */
  RESNET50(resNet(3, 4, 6, 3), 224, 32, Preprocessing.CAFFE, 25_636_712, 23_587_712),
  /** ResNet with 101 layers, arXiv:1512.03385. */
  RESNET101(resNet(3, 4, 23, 3), 224, 32, Preprocessing.CAFFE, 44_707_176, 42_658_176),
  /** ResNet with 152 layers, arXiv:1512.03385. */
  RESNET152(resNet(3, 8, 36, 3), 224, 32, Preprocessing.CAFFE, 60_419_944, 58_370_944),
  /** ResNet v2 with 50 layers, arXiv:1603.05027. */
  RESNET50_V2(new ResNetV2(List.of(3, 4, 6, 3)), 224, 32, Preprocessing.TF, 25_613_800, 23_564_800),
  /** ResNet v2 with 101 layers, arXiv:1603.05027. */
  RESNET101_V2(
      new ResNetV2(List.of(3, 4, 23, 3)), 224, 32, Preprocessing.TF, 44_675_560, 42_626_560),
  /** ResNet v2 with 152 layers, arXiv:1603.05027. */
  RESNET152_V2(
      new ResNetV2(List.of(3, 8, 36, 3)), 224, 32, Preprocessing.TF, 60_380_648, 58_331_648),
  /** Inception v3, arXiv:1512.00567. */
  INCEPTION_V3(new InceptionV3(), 299, 75, Preprocessing.TF, 23_851_784, 21_802_784),
  /** Inception-ResNet v2, arXiv:1602.07261. */
  INCEPTION_RESNET_V2(new InceptionResNetV2(), 299, 75, Preprocessing.TF, 55_873_736, 54_336_736),
  /** Xception, arXiv:1610.02357. */
  XCEPTION(new Xception(), 299, 71, Preprocessing.TF, 22_910_480, 20_861_480),
  /** MobileNet v1, any width, arXiv:1704.04861. */
  MOBILENET(new MobileNet(), 224, 32, Preprocessing.TF, 4_253_864, 3_228_864),
  /** MobileNet v2, any width, arXiv:1801.04381. */
  MOBILENET_V2(new MobileNetV2(), 224, 32, Preprocessing.TF, 3_538_984, 2_257_984),
  /** The small MobileNet v3, any width, arXiv:1905.02244. */
  MOBILENET_V3_SMALL(MobileNetV3.SMALL, 224, 32, Preprocessing.NONE, 2_554_968, 939_120),
  /** The large MobileNet v3, any width, arXiv:1905.02244. */
  MOBILENET_V3_LARGE(MobileNetV3.LARGE, 224, 32, Preprocessing.NONE, 5_507_432, 2_996_352),
  /** EfficientNet B0, arXiv:1905.11946. */
  EFFICIENTNET_B0(
      new EfficientNet(1.0, 1.0, 0.2), 224, 32, Preprocessing.NONE, 5_330_571, 4_049_571),
  /** EfficientNet B1. */
  EFFICIENTNET_B1(
      new EfficientNet(1.0, 1.1, 0.2), 240, 32, Preprocessing.NONE, 7_856_239, 6_575_239),
  /** EfficientNet B2. */
  EFFICIENTNET_B2(
      new EfficientNet(1.1, 1.2, 0.3), 260, 32, Preprocessing.NONE, 9_177_569, 7_768_569),
  /** EfficientNet B3. */
  EFFICIENTNET_B3(
      new EfficientNet(1.2, 1.4, 0.3), 300, 32, Preprocessing.NONE, 12_320_535, 10_783_535),
  /** EfficientNet B4. */
  EFFICIENTNET_B4(
      new EfficientNet(1.4, 1.8, 0.4), 380, 32, Preprocessing.NONE, 19_466_823, 17_673_823),
  /** EfficientNet B5. */
  EFFICIENTNET_B5(
      new EfficientNet(1.6, 2.2, 0.4), 456, 32, Preprocessing.NONE, 30_562_527, 28_513_527),
  /** EfficientNet B6. */
  EFFICIENTNET_B6(
      new EfficientNet(1.8, 2.6, 0.5), 528, 32, Preprocessing.NONE, 43_265_143, 40_960_143),
  /** EfficientNet B7. */
  EFFICIENTNET_B7(
      new EfficientNet(2.0, 3.1, 0.5), 600, 32, Preprocessing.NONE, 66_658_687, 64_097_687),
  /** The small EfficientNet v2, arXiv:2104.00298. */
  EFFICIENTNET_V2_S(new EfficientNetV2(), 384, 32, Preprocessing.NONE, 21_612_360, 20_331_360),
  /** DenseNet with 121 layers, arXiv:1608.06993. */
  DENSENET121(
      new DenseNet(List.of(6, 12, 24, 16)), 224, 32, Preprocessing.TORCH, 8_062_504, 7_037_504),
  /** DenseNet with 169 layers, arXiv:1608.06993. */
  DENSENET169(
      new DenseNet(List.of(6, 12, 32, 32)), 224, 32, Preprocessing.TORCH, 14_307_880, 12_642_880),
  /** DenseNet with 201 layers, arXiv:1608.06993. */
  DENSENET201(
      new DenseNet(List.of(6, 12, 48, 32)), 224, 32, Preprocessing.TORCH, 20_242_984, 18_321_984),
  /** SqueezeNet 1.1, arXiv:1602.07360. */
  SQUEEZENET(new SqueezeNet(), 224, 32, Preprocessing.CAFFE, 1_235_496, 722_496),
  /** AlexNet in torchvision's form, arXiv:1404.5997. */
  ALEXNET(new AlexNet(), 224, 63, Preprocessing.TORCH, 61_100_840, 2_469_696);

  private final Blueprint blueprint;

  private final int defaultSide;
  private final int minimumSide;
  private final Preprocessing preprocessing;
  private final long parameters;
  private final long parametersWithoutTop;

  Architecture(
      Blueprint blueprint,
      int defaultSide,
      int minimumSide,
      Preprocessing preprocessing,
      long parameters,
      long parametersWithoutTop) {
    this.blueprint = blueprint;
    this.defaultSide = defaultSide;
    this.minimumSide = minimumSide;
    this.preprocessing = preprocessing;
    this.parameters = parameters;
    this.parametersWithoutTop = parametersWithoutTop;
  }

  private static ResNet resNet(Integer... blocks) {
    return new ResNet(List.of(blocks), ResNet.Form.KERAS);
  }

  /** Returns the input size that the published weights were trained at. */
  public ImageSize defaultInputSize() {
    return new ImageSize(defaultSide, defaultSide);
  }

  /** Returns the smallest input size; each side may be larger on its own, odd sizes included. */
  public ImageSize minimumInputSize() {
    return new ImageSize(minimumSide, minimumSide);
  }

  /** Returns whether the family comes in several widths ({@code alpha}). */
  public boolean hasWidths() {
    return blueprint instanceof MobileNet
        || blueprint instanceof MobileNetV2
        || blueprint instanceof MobileNetV3;
  }

  /** Returns what the published weights expect to happen to a picture. */
  public Preprocessing preprocessing() {
    return preprocessing;
  }

  /**
   * Returns the published number of parameters, moving statistics included, at width 1.
   *
   * @param includeTop whether the classifier counts
   */
  public long publishedParameters(boolean includeTop) {
    return includeTop ? parameters : parametersWithoutTop;
  }

  /**
   * Returns the network at width 1.
   *
   * @param size of the input
   * @param includeTop whether the classifier for ImageNet's 1000 classes is at its end, or the last
   *     feature map
   * @throws IllegalArgumentException as {@link #network(ImageSize, double, boolean)}
   */
  public Network network(ImageSize size, boolean includeTop) {
    return network(size, 1, includeTop);
  }

  /**
   * Returns the network.
   *
   * @param size of the input
   * @param alpha how many times as wide as published, for {@linkplain #hasWidths some families}
   * @param includeTop whether the classifier for ImageNet's 1000 classes is at its end, or the last
   *     feature map
   * @throws IllegalArgumentException if the size is below {@link #minimumInputSize}, a width is
   *     asked for that the family does not have, or it is not above 0
   */
  public Network network(ImageSize size, double alpha, boolean includeTop) {
    return network(blueprint, size, alpha, includeTop);
  }

  Network network(Blueprint form, ImageSize size, double alpha, boolean includeTop) {
    requireSize(size);
    requireAlpha(alpha);
    NetworkBuilder net = Network.builder(Shape.map(3, size.height(), size.width()));
    form.trunk(net, alpha);
    if (includeTop) {
      form.top(net);
    }
    return net.build();
  }

  Blueprint blueprint() {
    return blueprint;
  }

  private void requireSize(ImageSize size) {
    if (size.width() < minimumSide || size.height() < minimumSide) {
      throw new IllegalArgumentException(
          name()
              + " reads images from "
              + minimumInputSize()
              + ", but the input size is "
              + size
              + ".");
    }
  }

  private void requireAlpha(double alpha) {
    if (!(alpha > 0)) {
      throw new IllegalArgumentException("The width alpha is above 0, but it is " + alpha + ".");
    }
    if (alpha != 1 && !hasWidths()) {
      throw new IllegalArgumentException(
          name()
              + " comes in one width, but alpha is "
              + alpha
              + ". MOBILENET, MOBILENET_V2, MOBILENET_V3_SMALL and MOBILENET_V3_LARGE come in"
              + " several.");
    }
  }
}
