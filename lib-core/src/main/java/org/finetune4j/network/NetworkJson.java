package org.finetune4j.network;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;

/** A network as JSON, for the manifest of a saved classifier. */
public final class NetworkJson {
  private static final ObjectMapper MAPPER =
      JsonMapper.builder()
          .enable(DeserializationFeature.FAIL_ON_NULL_CREATOR_PROPERTIES)
          .enable(DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES)
          .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
          .build();

  private NetworkJson() {}

  /** Returns {@code {"layers": [...], "outputs": [...]}}. */
  public static JsonNode write(Network network) {
    return MAPPER.valueToTree(network);
  }

  /**
   * Returns the network that a JSON tree describes; the tree may come from outside.
   *
   * @throws IllegalArgumentException if it is not a well-formed network
   */
  public static Network read(JsonNode json) {
    try {
      return MAPPER.treeToValue(json, Network.class);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(
          "Not the description of a network: " + e.getOriginalMessage(), e);
    }
  }
}
