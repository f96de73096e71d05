package org.finetune4j.backbone;

import org.finetune4j.network.Input;
import org.finetune4j.network.Layer;
import org.finetune4j.network.Network;

/** A network as a picture, in the language of Graphviz. */
final class NetworkFigure {
  private NetworkFigure() {}

  /**
   * Returns a directed graph with a box per layer and the shape of the activation on each arrow.
   */
  static String dot(String title, Network network) {
    StringBuilder dot = new StringBuilder("digraph \"" + title + "\" {\n");
    dot.append("  node [shape=box, fontname=\"Helvetica\", fontsize=10];\n");
    dot.append("  edge [fontname=\"Helvetica\", fontsize=8];\n");
    for (Layer layer : network.layers()) {
      String name = layer.name();
      String text = layer instanceof Input ? name : name + "\\n" + layer.kind();
      dot.append("  \"" + name + "\" [label=\"" + text + "\"];\n");
      for (String input : layer.inputs()) {
        String shape = network.shape(input).toString();
        dot.append("  \"" + input + "\" -> \"" + name + "\" [label=\"" + shape + "\"];\n");
      }
    }
    return dot.append("}\n").toString();
  }
}
