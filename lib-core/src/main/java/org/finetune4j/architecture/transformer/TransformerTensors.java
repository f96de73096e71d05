package org.finetune4j.architecture.transformer;

import static java.util.Map.entry;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.finetune4j.weights.Tensor;
import org.finetune4j.weights.format.StoredLayer;
import org.finetune4j.weights.format.StoredTensor;

/**
 * Brings the tensors of vision transformers as timm, Hugging Face, OpenAI's CLIP and DINOv2 store
 * them to the names and roles of {@link VisionTransformer}, the tensors of each layer together.
 */
final class TransformerTensors {
  /** What a whole CLIP model has besides its image tower, and what is of use in training only. */
  private static final Pattern OTHERS =
      Pattern.compile(
          "(.*\\.)?(mask_token|pooler\\..*|position_ids)|text_model\\..*|text_projection.*|logit_scale");

  private static final Pattern MODEL =
      Pattern.compile(
          "^(?:(?:module|model|backbone|_orig_mod|vit|deit|dinov2|vision_model|visual)\\.)+");

  /** Names elsewhere, as patterns, and timm's names; all that fit are replaced, in this order. */
  private static final List<Map.Entry<Pattern, String>> NAMES =
      List.of(
          rule("^embeddings\\.(?:cls_token|class_embedding)$|^class_embedding$", "cls_token"),
          rule(
              "^embeddings\\.position_embeddings?(?:\\.weight)?$|^positional_embedding$",
              "pos_embed"),
          rule("^(?:embeddings\\.)?register_tokens$", "reg_token"),
          rule("^embeddings\\.distillation_token$", "dist_token"),
          rule(
              "^(?:embeddings\\.(?:patch_embeddings\\.projection|patch_embedding)|conv1"
                  + "|patch_embed\\.proj)\\.",
              "patch_embed."),
          rule("^(?:encoder\\.layers?|transformer\\.resblocks)\\.", "blocks."),
          rule("\\.(?:layernorm_before|layer_norm1|ln_1)\\.", ".norm1."),
          rule("\\.(?:layernorm_after|layer_norm2|ln_2)\\.", ".norm2."),
          rule("\\.(?:attention\\.attention\\.query|self_attn\\.q_proj)\\.", ".attn.q."),
          rule("\\.(?:attention\\.attention\\.key|self_attn\\.k_proj)\\.", ".attn.k."),
          rule("\\.(?:attention\\.attention\\.value|self_attn\\.v_proj)\\.", ".attn.v."),
          rule(
              "\\.(?:attention\\.output\\.dense|self_attn\\.out_proj|attn\\.out_proj)\\.",
              ".attn.proj."),
          rule("\\.attn\\.in_proj_", ".attn.qkv."),
          rule("\\.(?:intermediate\\.dense|mlp\\.c_fc)\\.", ".mlp.fc1."),
          rule("(?<=\\d)\\.output\\.dense\\.|\\.mlp\\.c_proj\\.", ".mlp.fc2."),
          rule("\\.layer_scale([12])\\.lambda1$", ".ls$1.gamma"),
          rule("^(?:pre_layrnorm|pre_layernorm|ln_pre)\\.", "norm_pre."),
          rule("^(?:post_layernorm|ln_post|layernorm)\\.", "norm."),
          rule("^(?:classifier|cls_classifier|visual_projection)\\.", "head."),
          rule("^distillation_classifier\\.", "head_dist."),
          // OpenAI stores the projection as [inputs, outputs].
          rule("^proj$", "head.transposed"),
          // Roles.
          rule("((?:^|\\.)norm\\w*)\\.weight$", "$1.gamma"),
          rule("((?:^|\\.)norm\\w*)\\.bias$", "$1.beta"),
          rule("\\.attn\\.qkv\\.weight$", ".attn.qkv_kernel"),
          rule("\\.attn\\.qkv\\.bias$", ".attn.qkv_bias"),
          rule("\\.attn\\.proj\\.weight$", ".attn.projection_kernel"),
          rule("\\.attn\\.proj\\.bias$", ".attn.projection_bias"),
          rule("^(cls_token|dist_token|reg_token)$", "$1.tokens"),
          rule("^pos_embed$", "pos_embed.embedding"));

  private final Map<String, Tensor> tensors = new LinkedHashMap<>();

  private static Map.Entry<Pattern, String> rule(String pattern, String name) {
    return entry(Pattern.compile(pattern), name);
  }

  /** Returns the tensors under timm's names for layers and this library's for roles. */
  static List<StoredLayer> translate(List<StoredLayer> stored) {
    TransformerTensors all = new TransformerTensors();
    List<StoredTensor> tensors = stored.stream().flatMap(it -> it.tensors().stream()).toList();
    boolean tower = tensors.stream().anyMatch(it -> isOfTower(it.name()));
    for (StoredTensor tensor : tensors) {
      boolean ofText = tower && !isOfTower(tensor.name());
      if (!ofText && !OTHERS.matcher(tensor.name()).matches()) {
        all.put(tensor);
      }
    }
    all.joinHeads();
    all.placeRegisters();
    all.joinClassifiers();
    List<StoredTensor> renamed = new ArrayList<>();
    all.tensors.forEach((name, tensor) -> renamed.add(new StoredTensor(name, tensor)));
    return renamed.isEmpty() ? stored : List.of(new StoredLayer("", renamed));
  }

  private static boolean isOfTower(String name) {
    return name.startsWith("visual.")
        || name.startsWith("vision_model.")
        || name.startsWith("visual_projection.");
  }

  private void put(StoredTensor stored) {
    String name = MODEL.matcher(stored.name()).replaceFirst("");
    for (Map.Entry<Pattern, String> rule : NAMES) {
      Matcher matcher = rule.getKey().matcher(name);
      name = matcher.replaceAll(rule.getValue());
    }
    Tensor tensor = stored.tensor();
    if (name.equals("head.transposed") && tensor.shape().size() == 2) {
      name = "head.weight";
      tensor = transposed(tensor);
    } else if (name.endsWith(".tokens") || name.endsWith(".embedding")) {
      int channels = tensor.shape().isEmpty() ? 1 : last(tensor);
      tensor = tensor.reshape(List.of(tensor.size() / Math.max(1, channels), channels));
    }
    tensors.put(name, tensor);
  }

  private static int last(Tensor tensor) {
    return tensor.shape().get(tensor.shape().size() - 1);
  }

  private static Tensor transposed(Tensor tensor) {
    int rows = tensor.shape().get(0);
    int columns = tensor.shape().get(1);
    float[] from = tensor.toArray();
    float[] to = new float[from.length];
    for (int i = 0; i < from.length; i++) {
      to[i % columns * rows + i / columns] = from[i];
    }
    return Tensor.of(to, columns, rows);
  }

  /** Makes one tensor of those of queries, keys and values. */
  private void joinHeads() {
    for (String query : List.copyOf(tensors.keySet())) {
      int at = query.indexOf(".attn.q.");
      if (at < 0) {
        continue;
      }
      String layer = query.substring(0, at + 6);
      String role = query.substring(at + 8);
      String key = layer + "k." + role;
      String value = layer + "v." + role;
      if (tensors.containsKey(key) && tensors.containsKey(value)) {
        List<Tensor> parts =
            List.of(query, key, value).stream()
                .map(it -> Objects.requireNonNull(tensors.remove(it)))
                .toList();
        tensors.put(layer + (role.equals("weight") ? "qkv_kernel" : "qkv_bias"), stacked(parts));
      }
    }
  }

  private static Tensor stacked(List<Tensor> parts) {
    int size = parts.stream().mapToInt(Tensor::size).sum();
    float[] all = new float[size];
    int at = 0;
    int rows = 0;
    for (Tensor part : parts) {
      System.arraycopy(part.toArray(), 0, all, at, part.size());
      at += part.size();
      rows += part.shape().get(0);
    }
    List<Integer> shape = new ArrayList<>(parts.get(0).shape());
    shape.set(0, rows);
    return Tensor.of(all, shape);
  }

  /**
   * Makes one classifier of both tokens out of one for each, whose mean DeiT answers with: half of
   * the kernels side by side, and the mean of the biases.
   */
  private void joinClassifiers() {
    if (!tensors.containsKey("dist_token.tokens")) {
      return;
    }
    Tensor ofClass = tensors.get("head.weight");
    Tensor ofDistillation = tensors.get("head_dist.weight");
    if (ofClass != null
        && ofDistillation != null
        && ofClass.shape().equals(ofDistillation.shape())) {
      tensors.put("head.weight", halvesSideBySide(ofClass, ofDistillation));
      tensors.remove("head_dist.weight");
    }
    Tensor first = tensors.get("head.bias");
    Tensor second = tensors.get("head_dist.bias");
    if (first != null && second != null && first.shape().equals(second.shape())) {
      float[] means = first.toArray();
      float[] others = second.toArray();
      for (int i = 0; i < means.length; i++) {
        means[i] = means[i] / 2 + others[i] / 2;
      }
      tensors.put("head.bias", Tensor.of(means, first.shape()));
      tensors.remove("head_dist.bias");
    }
  }

  private static Tensor halvesSideBySide(Tensor left, Tensor right) {
    int rows = left.shape().get(0);
    int width = left.size() / rows;
    float[] first = left.toArray();
    float[] second = right.toArray();
    float[] both = new float[2 * first.length];
    for (int i = 0; i < first.length; i++) {
      int at = i / width * 2 * width + i % width;
      both[at] = first[i] / 2;
      both[at + width] = second[i] / 2;
    }
    return Tensor.of(both, rows, 2 * width);
  }

  /** Where there are registers, timm has added the class token's position to the token itself. */
  private void placeRegisters() {
    Tensor positions = tensors.get("pos_embed.embedding");
    if (positions == null || !tensors.containsKey("reg_token.tokens")) {
      return;
    }
    int count = positions.shape().get(0);
    int side = (int) Math.round(Math.sqrt(count));
    if (side * side == count) {
      int channels = positions.shape().get(1);
      float[] with = new float[(count + 1) * channels];
      System.arraycopy(positions.toArray(), 0, with, channels, count * channels);
      tensors.put("pos_embed.embedding", Tensor.of(with, count + 1, channels));
    }
  }
}
