package org.finetune4j.backbone;

import java.util.Arrays;
import org.finetune4j.architecture.AlexNet;
import org.finetune4j.architecture.Blueprint;
import org.finetune4j.architecture.ConvNeXt;
import org.finetune4j.architecture.DenseNet;
import org.finetune4j.architecture.EfficientNet;
import org.finetune4j.architecture.EfficientNetV2;
import org.finetune4j.architecture.InceptionResNetV2;
import org.finetune4j.architecture.InceptionV3;
import org.finetune4j.architecture.MobileNet;
import org.finetune4j.architecture.MobileNetV2;
import org.finetune4j.architecture.MobileNetV3;
import org.finetune4j.architecture.NasNet;
import org.finetune4j.architecture.ResNet;
import org.finetune4j.architecture.ResNetV2;
import org.finetune4j.architecture.SqueezeNet;
import org.finetune4j.architecture.Variant;
import org.finetune4j.architecture.Vgg;
import org.finetune4j.architecture.Xception;
import org.finetune4j.architecture.transformer.VisionTransformer;
import org.finetune4j.image.ImageSize;
import org.finetune4j.network.Network;
import org.finetune4j.network.NetworkBuilder;
import org.finetune4j.network.Shape;
import org.finetune4j.preprocess.Preprocessing;

/**
 * The networks that published ImageNet weights exist for, with the layer names of Keras
 * Applications, where Keras has them. A constant names a network and holds no weights: those are
 * {@linkplain PublishedWeights values of their own}, and {@link PretrainedBackbone} brings the two
 * together. What is known of a family stands in its file in the package {@code architecture}.
 */
@SuppressWarnings("ImmutableEnumChecker") // blueprints and preprocessings are records of values
public enum Architecture {
  /** VGG with 16 layers, arXiv:1409.1556. */
  VGG16(Vgg.VGG16),
  /** VGG with 19 layers, arXiv:1409.1556. */
  VGG19(Vgg.VGG19),
  /** ResNet with 18 layers in torchvision's form, arXiv:1512.03385. */
  RESNET18(ResNet.RESNET18),
  /** ResNet with 34 layers in torchvision's form. */
  RESNET34(ResNet.RESNET34),
  /** ResNet with 50 layers, twice as wide inside, in torchvision's form, arXiv:1605.07146. */
  WIDE_RESNET50_2(ResNet.WIDE_RESNET50_2),
  /** ResNet with 101 layers, twice as wide inside, in torchvision's form. */
  WIDE_RESNET101_2(ResNet.WIDE_RESNET101_2),
  /** ResNeXt with 50 layers and 32 groups of 4 channels, arXiv:1611.05431. */
  RESNEXT50_32X4D(ResNet.RESNEXT50_32X4D),
  /** ResNeXt with 101 layers and 32 groups of 8 channels. */
  RESNEXT101_32X8D(ResNet.RESNEXT101_32X8D),
  /** ResNet with 50 layers, arXiv:1512.03385. */
  RESNET50(ResNet.RESNET50),
  /** ResNet with 101 layers, arXiv:1512.03385. */
  RESNET101(ResNet.RESNET101),
  /** ResNet with 152 layers, arXiv:1512.03385. */
  RESNET152(ResNet.RESNET152),
  /** ResNet v2 with 50 layers, arXiv:1603.05027. */
  RESNET50_V2(ResNetV2.RESNET50_V2),
  /** ResNet v2 with 101 layers, arXiv:1603.05027. */
  RESNET101_V2(ResNetV2.RESNET101_V2),
  /** ResNet v2 with 152 layers, arXiv:1603.05027. */
  RESNET152_V2(ResNetV2.RESNET152_V2),
  /** Inception v3, arXiv:1512.00567. */
  INCEPTION_V3(InceptionV3.INCEPTION_V3),
  /** Inception-ResNet v2, arXiv:1602.07261. */
  INCEPTION_RESNET_V2(InceptionResNetV2.INCEPTION_RESNET_V2),
  /** Xception, arXiv:1610.02357. */
  XCEPTION(Xception.XCEPTION),
  /** MobileNet v1, any width, arXiv:1704.04861. */
  MOBILENET(MobileNet.MOBILENET),
  /** MobileNet v2, any width, arXiv:1801.04381. */
  MOBILENET_V2(MobileNetV2.MOBILENET_V2),
  /** The small MobileNet v3, any width, arXiv:1905.02244. */
  MOBILENET_V3_SMALL(MobileNetV3.MOBILENET_V3_SMALL),
  /** The large MobileNet v3, any width, arXiv:1905.02244. */
  MOBILENET_V3_LARGE(MobileNetV3.MOBILENET_V3_LARGE),
  /** EfficientNet B0, arXiv:1905.11946. */
  EFFICIENTNET_B0(EfficientNet.EFFICIENTNET_B0),
  /** EfficientNet B1. */
  EFFICIENTNET_B1(EfficientNet.EFFICIENTNET_B1),
  /** EfficientNet B2. */
  EFFICIENTNET_B2(EfficientNet.EFFICIENTNET_B2),
  /** EfficientNet B3. */
  EFFICIENTNET_B3(EfficientNet.EFFICIENTNET_B3),
  /** EfficientNet B4. */
  EFFICIENTNET_B4(EfficientNet.EFFICIENTNET_B4),
  /** EfficientNet B5. */
  EFFICIENTNET_B5(EfficientNet.EFFICIENTNET_B5),
  /** EfficientNet B6. */
  EFFICIENTNET_B6(EfficientNet.EFFICIENTNET_B6),
  /** EfficientNet B7. */
  EFFICIENTNET_B7(EfficientNet.EFFICIENTNET_B7),
  /** EfficientNet v2 B0, arXiv:2104.00298. */
  EFFICIENTNET_V2_B0(EfficientNetV2.EFFICIENTNET_V2_B0),
  /** EfficientNet v2 B1. */
  EFFICIENTNET_V2_B1(EfficientNetV2.EFFICIENTNET_V2_B1),
  /** EfficientNet v2 B2. */
  EFFICIENTNET_V2_B2(EfficientNetV2.EFFICIENTNET_V2_B2),
  /** EfficientNet v2 B3. */
  EFFICIENTNET_V2_B3(EfficientNetV2.EFFICIENTNET_V2_B3),
  /** The small EfficientNet v2, arXiv:2104.00298. */
  EFFICIENTNET_V2_S(EfficientNetV2.EFFICIENTNET_V2_S),
  /** The medium EfficientNet v2. */
  EFFICIENTNET_V2_M(EfficientNetV2.EFFICIENTNET_V2_M),
  /** The large EfficientNet v2. */
  EFFICIENTNET_V2_L(EfficientNetV2.EFFICIENTNET_V2_L),
  /** NASNet-A for phones, arXiv:1707.07012. */
  NASNET_MOBILE(NasNet.NASNET_MOBILE),
  /** The large NASNet-A. */
  NASNET_LARGE(NasNet.NASNET_LARGE),
  /** The tiny ConvNeXt, arXiv:2201.03545. */
  CONVNEXT_TINY(ConvNeXt.CONVNEXT_TINY),
  /** The small ConvNeXt. */
  CONVNEXT_SMALL(ConvNeXt.CONVNEXT_SMALL),
  /** The base ConvNeXt. */
  CONVNEXT_BASE(ConvNeXt.CONVNEXT_BASE),
  /** The large ConvNeXt. */
  CONVNEXT_LARGE(ConvNeXt.CONVNEXT_LARGE),
  /** The extra large ConvNeXt. */
  CONVNEXT_XLARGE(ConvNeXt.CONVNEXT_XLARGE),
  /** DenseNet with 121 layers, arXiv:1608.06993. */
  DENSENET121(DenseNet.DENSENET121),
  /** DenseNet with 169 layers, arXiv:1608.06993. */
  DENSENET169(DenseNet.DENSENET169),
  /** DenseNet with 201 layers, arXiv:1608.06993. */
  DENSENET201(DenseNet.DENSENET201),
  /** SqueezeNet 1.1, arXiv:1602.07360. */
  SQUEEZENET(SqueezeNet.SQUEEZENET),
  /** Vision transformer, tiny, patches of 16 pixels, AugReg, arXiv:2106.10270. */
  VIT_TINY_16(VisionTransformer.VIT_TINY_16),
  /** Vision transformer, small, patches of 16 pixels, AugReg. */
  VIT_SMALL_16(VisionTransformer.VIT_SMALL_16),
  /** Vision transformer, small, patches of 32 pixels, AugReg. */
  VIT_SMALL_32(VisionTransformer.VIT_SMALL_32),
  /** Vision transformer, base, patches of 16 pixels, AugReg. */
  VIT_BASE_16(VisionTransformer.VIT_BASE_16),
  /** Vision transformer, base, patches of 32 pixels, AugReg. */
  VIT_BASE_32(VisionTransformer.VIT_BASE_32),
  /** DeiT, tiny, arXiv:2012.12877; a ViT with other preprocessing. */
  DEIT_TINY_16(VisionTransformer.DEIT_TINY_16),
  /** DeiT, small. */
  DEIT_SMALL_16(VisionTransformer.DEIT_SMALL_16),
  /** DeiT, base. */
  DEIT_BASE_16(VisionTransformer.DEIT_BASE_16),
  /** DeiT with a distillation token, tiny; its top reads both tokens. */
  DEIT_TINY_16_DISTILLED(VisionTransformer.DEIT_TINY_16_DISTILLED),
  /** DeiT with a distillation token, small. */
  DEIT_SMALL_16_DISTILLED(VisionTransformer.DEIT_SMALL_16_DISTILLED),
  /** DeiT with a distillation token, base. */
  DEIT_BASE_16_DISTILLED(VisionTransformer.DEIT_BASE_16_DISTILLED),
  /** DINOv2, small, patches of 14 pixels, arXiv:2304.07193. */
  DINOV2_SMALL_14(VisionTransformer.DINOV2_SMALL_14),
  /** DINOv2, base, patches of 14 pixels. */
  DINOV2_BASE_14(VisionTransformer.DINOV2_BASE_14),
  /** DINOv2 with four registers, small, arXiv:2309.16588. */
  DINOV2_SMALL_14_REGISTERS(VisionTransformer.DINOV2_SMALL_14_REGISTERS),
  /** DINOv2 with four registers, base. */
  DINOV2_BASE_14_REGISTERS(VisionTransformer.DINOV2_BASE_14_REGISTERS),
  /** The image tower of OpenAI's CLIP, patches of 32 pixels, arXiv:2103.00020; its top projects. */
  CLIP_VIT_BASE_32(VisionTransformer.CLIP_VIT_BASE_32),
  /** The image tower of OpenAI's CLIP, patches of 16 pixels. */
  CLIP_VIT_BASE_16(VisionTransformer.CLIP_VIT_BASE_16),
  /** AlexNet in torchvision's form, arXiv:1404.5997. */
  ALEXNET(AlexNet.ALEXNET);

  private final Variant published;

  Architecture(Variant published) {
    this.published = published;
  }

  /** Returns the input size that the published weights were trained at. */
  public ImageSize defaultInputSize() {
    return ImageSize.square(published.side());
  }

  /** Returns the smallest input size; each side may be larger on its own, odd sizes included. */
  public ImageSize minimumInputSize() {
    return ImageSize.square(published.minimumSide());
  }

  /** Returns whether the family comes in several widths ({@code alpha}). */
  public boolean hasWidths() {
    return published.blueprint().hasWidths();
  }

  /** Returns what the published weights expect to happen to a picture. */
  public Preprocessing preprocessing() {
    return published.preprocessing();
  }

  /**
   * Returns the published number of parameters, moving statistics included, at width 1.
   *
   * @param includeTop whether the classifier counts
   */
  public long publishedParameters(boolean includeTop) {
    return includeTop ? published.parameters() : published.parametersWithoutTop();
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
    return network(published.blueprint(), size, alpha, includeTop);
  }

  Network network(Blueprint form, ImageSize size, double alpha, boolean includeTop) {
    requireSize(size);
    requireAlpha(alpha);
    NetworkBuilder net = Network.builder(Shape.map(3, size.height(), size.width()));
    form.trunk(net, alpha);
    if (includeTop) {
      form.top(net);
    } else {
      form.withoutTop(net);
    }
    return net.build();
  }

  Blueprint blueprint() {
    return published.blueprint();
  }

  private void requireSize(ImageSize size) {
    if (Math.min(size.width(), size.height()) < published.minimumSide()) {
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
              + ". Several widths have "
              + Arrays.stream(values()).filter(Architecture::hasWidths).toList()
              + ".");
    }
  }
}
