package org.finetune4j.engine.onnx.translate;

import com.google.common.base.Splitter;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Names for layers: what their weights are called in the file, else the place of the operator that
 * exporters put into the names of values.
 */
final class LayerNaming {
  private static final Pattern ROLE =
      Pattern.compile(
          "[./](weight|bias|kernel|gamma|beta|running_mean|(Conv2D|MatMul|BiasAdd|depthwise)/ReadVariableOp(:0)?)$");
  private static final Pattern ANONYMOUS = Pattern.compile("(onnx::|val_|_v_).*");
  private static final Pattern OUTPUT = Pattern.compile("(_output_\\d+|:\\d+)$");

  private LayerNaming() {}

  /**
   * Returns a name that is not taken.
   *
   * @param tensors names of the layer's weights in the file
   * @param output the name of the value that it makes
   */
  static String name(LayerList layers, List<String> tensors, String output) {
    String clean =
        tensors.stream()
            .flatMap(it -> ofTensor(it).stream())
            .findFirst()
            .orElseGet(() -> clean(place(output, !tensors.isEmpty())));
    String name = clean;
    for (int i = 1; layers.contains(name); i++) {
      name = clean + "_" + i;
    }
    return name;
  }

  /** Returns what a weight's name says of its layer, if it says anything. */
  static Optional<String> ofTensor(String tensor) {
    Matcher role = ROLE.matcher(tensor);
    return role.find() && !ANONYMOUS.matcher(tensor).matches()
        ? Optional.of(clean(role.replaceFirst("")))
        : Optional.empty();
  }

  /** Heads and pixels have names of their own; dots part the levels of names. */
  private static String clean(String name) {
    String clean = name.replace('/', '.').replace(':', '.').replaceAll("^\\.+|\\.+$", "");
    boolean taken = clean.isEmpty() || clean.startsWith("head_") || clean.startsWith("pixels");
    return taken ? "net." + clean : clean;
  }

  /** PyTorch says {@code /layer1/layer1.0/conv1/Conv_output_0} for {@code layer1.0.conv1}. */
  private static String place(String output, boolean hasWeights) {
    String path = OUTPUT.matcher(output).replaceFirst("");
    if (!path.contains("/")) {
      return path;
    }
    List<String> parts = Splitter.on('/').omitEmptyStrings().splitToList(path);
    StringBuilder name = new StringBuilder();
    String before = "";
    int count = hasWeights && parts.size() > 1 ? parts.size() - 1 : parts.size();
    for (int i = 0; i < count; i++) {
      boolean repeats = !before.isEmpty() && parts.get(i).startsWith(before + ".");
      String next = repeats ? parts.get(i).substring(before.length() + 1) : parts.get(i);
      name.append(name.isEmpty() ? "" : ".").append(next);
      before = parts.get(i);
    }
    return name.toString();
  }
}
