package org.finetune4j.architecture.transformer;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.finetune4j.architecture.Blueprint;
import org.finetune4j.architecture.Variant;
import org.finetune4j.network.Activation;
import org.finetune4j.network.Dense;
import org.finetune4j.network.LearnedTokens;
import org.finetune4j.network.NetworkBuilder;
import org.finetune4j.network.PatchEmbedding;
import org.finetune4j.network.TokenPooling;
import org.finetune4j.network.TokenPooling.Value;
import org.finetune4j.preprocess.ChannelOrder;
import org.finetune4j.preprocess.Preprocessing;
import org.finetune4j.weights.format.StoredLayer;

/**
 * Vision transformers: ViT (Dosovitskiy et al. 2020, arXiv:2010.11929) as Steiner et al. trained it
 * (AugReg, arXiv:2106.10270), DeiT (arXiv:2012.12877) with and without distillation token, DINOv2
 * (arXiv:2304.07193) with and without registers (arXiv:2309.16588), and the image towers of CLIP
 * (arXiv:2103.00020). Layers carry the names of timm; {@code blocks.10} alone means the first layer
 * of that block where training starts, and its last one where features are taken.
 *
 * @param width channels of a token
 * @param heads of each attention
 * @param patch width and height of a patch
 * @param form what the publications do differently
 */
public record VisionTransformer(int width, int heads, int patch, Form form) implements Blueprint {
  private static final int BLOCKS = 12;

  /**
   * What differs between the publications.
   *
   * @param epsilon of every layer normalisation
   * @param activation inside the blocks
   * @param layerScale whether a factor per channel stands behind attention and dense layers
   * @param registers learned tokens behind the class token
   * @param top what stands behind the last tokens
   * @param preprocessing what the weights were trained with
   */
  public record Form(
      double epsilon,
      Activation activation,
      boolean layerScale,
      int registers,
      Top top,
      Preprocessing preprocessing) {
    /** RGB / 255 minus CLIP's mean, divided by its deviation. */
    private static final Preprocessing CLIP_PREPROCESSING =
        Preprocessing.of(
            ChannelOrder.RGB,
            floats(255 * 0.48145466, 255 * 0.4578275, 255 * 0.40821073),
            floats(1 / (255 * 0.26862954), 1 / (255 * 0.26130258), 1 / (255 * 0.27577711)));

    public static final Form AUGREG =
        new Form(1e-6, Activation.GELU, false, 0, Top.CLASS_TOKEN, Preprocessing.TF);
    public static final Form DEIT =
        new Form(1e-6, Activation.GELU, false, 0, Top.CLASS_TOKEN, Preprocessing.TORCH);
    public static final Form DEIT_DISTILLED =
        new Form(1e-6, Activation.GELU, false, 0, Top.DISTILLED, Preprocessing.TORCH);
    public static final Form DINOV2 =
        new Form(1e-6, Activation.GELU, true, 0, Top.CLASS_TOKEN_AND_MEAN, Preprocessing.TORCH);
    public static final Form DINOV2_REGISTERS =
        new Form(1e-6, Activation.GELU, true, 4, Top.CLASS_TOKEN_AND_MEAN, Preprocessing.TORCH);
    public static final Form CLIP =
        new Form(1e-5, Activation.QUICK_GELU, false, 0, Top.PROJECTION, CLIP_PREPROCESSING);

    private static List<Float> floats(double... values) {
      return Arrays.stream(values).mapToObj(value -> (float) value).toList();
    }
  }

  /** What stands behind the last tokens. */
  public enum Top {
    /** A classifier for ImageNet's 1000 classes reads the class token. */
    CLASS_TOKEN,
    /**
     * A classifier for ImageNet's 1000 classes reads the class token and the mean of the patches.
     */
    CLASS_TOKEN_AND_MEAN,
    /**
     * A classifier for ImageNet's 1000 classes reads class token and distillation token: the mean
     * of the two that were trained, one for each token, is one classifier of both.
     */
    DISTILLED,
    /** The class token is projected into the space that pictures and texts share. */
    PROJECTION
  }

  public static final Variant VIT_TINY_16 = small(192, 3, 16, Form.AUGREG, 5_717_416, 5_524_416);
  public static final Variant VIT_SMALL_16 = small(384, 6, 16, Form.AUGREG, 22_050_664, 21_665_664);
  public static final Variant VIT_SMALL_32 = small(384, 6, 32, Form.AUGREG, 22_878_952, 22_493_952);
  public static final Variant VIT_BASE_16 = small(768, 12, 16, Form.AUGREG, 86_567_656, 85_798_656);
  public static final Variant VIT_BASE_32 = small(768, 12, 32, Form.AUGREG, 88_224_232, 87_455_232);
  public static final Variant DEIT_TINY_16 = small(192, 3, 16, Form.DEIT, 5_717_416, 5_524_416);
  public static final Variant DEIT_SMALL_16 = small(384, 6, 16, Form.DEIT, 22_050_664, 21_665_664);
  public static final Variant DEIT_BASE_16 = small(768, 12, 16, Form.DEIT, 86_567_656, 85_798_656);
  public static final Variant DEIT_TINY_16_DISTILLED =
      small(192, 3, 16, Form.DEIT_DISTILLED, 5_909_800, 5_524_800);
  public static final Variant DEIT_SMALL_16_DISTILLED =
      small(384, 6, 16, Form.DEIT_DISTILLED, 22_435_432, 21_666_432);
  public static final Variant DEIT_BASE_16_DISTILLED =
      small(768, 12, 16, Form.DEIT_DISTILLED, 87_337_192, 85_800_192);
  public static final Variant DINOV2_SMALL_14 =
      small(384, 6, 14, Form.DINOV2, 22_397_800, 21_628_800);
  public static final Variant DINOV2_BASE_14 =
      small(768, 12, 14, Form.DINOV2, 87_261_928, 85_724_928);
  public static final Variant DINOV2_SMALL_14_REGISTERS =
      small(384, 6, 14, Form.DINOV2_REGISTERS, 22_399_336, 21_630_336);
  public static final Variant DINOV2_BASE_14_REGISTERS =
      small(768, 12, 14, Form.DINOV2_REGISTERS, 87_265_000, 85_728_000);
  public static final Variant CLIP_VIT_BASE_32 =
      small(768, 12, 32, Form.CLIP, 87_849_216, 87_456_000);
  public static final Variant CLIP_VIT_BASE_16 =
      small(768, 12, 16, Form.CLIP, 86_192_640, 85_799_424);

  private static Variant small(
      int width, int heads, int patch, Form form, long parameters, long withoutTop) {
    return new Variant(
        new VisionTransformer(width, heads, patch, form),
        224,
        2 * patch,
        form.preprocessing,
        parameters,
        withoutTop);
  }

  @Override
  public void trunk(NetworkBuilder net, double alpha) {
    boolean clip = form.top == Top.PROJECTION;
    net.layer(new PatchEmbedding("patch_embed", net.last(), width, patch, !clip))
        .classToken("cls_token");
    if (form.top == Top.DISTILLED) {
      net.layer(new LearnedTokens("dist_token", net.last(), 1, 1));
    }
    net.positionEmbedding("pos_embed");
    if (form.registers > 0) {
      net.layer(new LearnedTokens("reg_token", net.last(), form.registers, 1));
    }
    if (clip) {
      net.layerNormalization("norm_pre", form.epsilon);
    }
    for (int block = 0; block < BLOCKS; block++) {
      block(net, "blocks." + block + ".");
    }
    net.layerNormalization("norm", form.epsilon);
  }

  private void block(NetworkBuilder net, String name) {
    String input = net.last();
    net.layerNormalization(name + "norm1", form.epsilon).multiHeadAttention(name + "attn", heads);
    scale(net, name + "ls1");
    net.add(name + "add1", input, net.last());
    String middle = net.last();
    net.layerNormalization(name + "norm2", form.epsilon)
        .dense(name + "mlp.fc1", 4 * width, form.activation)
        .dense(name + "mlp.fc2", width);
    scale(net, name + "ls2");
    net.add(name + "add2", middle, net.last());
  }

  private void scale(NetworkBuilder net, String name) {
    if (form.layerScale) {
      net.layerScale(name);
    }
  }

  @Override
  public void top(NetworkBuilder net) {
    Value value =
        switch (form.top) {
          case CLASS_TOKEN, PROJECTION -> Value.CLASS;
          case CLASS_TOKEN_AND_MEAN -> Value.CLASS_AND_MEAN;
          case DISTILLED -> Value.CLASS_AND_DISTILLATION;
        };
    int prefix = 1 + form.registers + (form.top == Top.DISTILLED ? 1 : 0);
    net.layer(new TokenPooling("pool", net.last(), value, prefix));
    if (form.top == Top.PROJECTION) {
      net.layer(new Dense("head", net.last(), 512, false, Activation.LINEAR));
    } else {
      net.dense("head", 1000, Activation.SOFTMAX);
    }
  }

  @Override
  public Optional<TorchForm> torch() {
    return Optional.of(new TorchForm(this, Map.of()));
  }

  @Override
  public List<StoredLayer> fromTorch(List<StoredLayer> stored) {
    return TransformerTensors.translate(stored);
  }

  @Override
  public Preprocessing torchPreprocessing() {
    return form.preprocessing;
  }
}
