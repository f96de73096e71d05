package org.finetune4j.network.json;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import org.finetune4j.network.Layer;
import org.finetune4j.network.Network;

/**
 * A network as JSON, for the manifest of a saved classifier: {@code {"layers": [...], "outputs":
 * [...]}}, and {@code "format"} where it is above 1.
 *
 * <p>A network is written in the lowest format that can say it, so that older libraries read what
 * they can run. A field that a layer gains later has a default, the meaning of files without it,
 * and is written only where it differs.
 *
 * <ul>
 *   <li>1: vectors and feature maps, the layers of convolutional networks
 *   <li>2: token sequences and the layers of transformers, ELU and GELU
 *   <li>3: graphs of operators from ONNX files of others
 *   <li>4: nearest neighbours
 * </ul>
 */
public final class NetworkJson {
  /** The highest format that is read. */
  static final int FORMAT = 4;

  private NetworkJson() {}

  /** Returns the JSON form of a network. */
  public static JsonNode write(Network network) {
    LayerToJson writer = new LayerToJson();
    ArrayNode layers = JsonNodeFactory.instance.arrayNode();
    network.layers().forEach(layer -> layers.add(layer.accept(writer)));
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    if (writer.format() > 1) {
      json.put("format", writer.format());
    }
    json.set("layers", layers);
    ArrayNode outputs = json.putArray("outputs");
    network.outputs().forEach(outputs::add);
    return json;
  }

  /**
   * Returns the network that a JSON tree describes; the tree may come from outside.
   *
   * @throws IllegalArgumentException if it is not a well-formed network, has a kind of layer that
   *     is not known here, or a newer format
   */
  public static Network read(JsonNode json) {
    Fields fields = new Fields("the network", json);
    int format = fields.integer("format", 1);
    if (format < 1 || format > FORMAT) {
      throw new IllegalArgumentException(
          "Not the description of a network: it has format "
              + format
              + ", this library reads up to format "
              + FORMAT
              + ". Use a newer Finetune4j.");
    }
    List<Layer> layers = new ArrayList<>();
    for (JsonNode layer : fields.array("layers")) {
      layers.add(LayerFromJson.read(layer));
    }
    List<String> outputs = fields.texts("outputs");
    fields.requireAllRead();
    return new Network(layers, outputs);
  }
}
