package org.finetune4j.network.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.finetune4j.backbone.Architecture;
import org.finetune4j.network.Input;
import org.finetune4j.network.Layer;
import org.finetune4j.network.Network;
import org.finetune4j.network.Shape;
import org.junit.jupiter.api.Test;

/**
 * The resources were written by the library before this schema, when records were bound to JSON as
 * they were: format 1.
 */
class NetworkJsonTest {
  private static final ObjectMapper MAPPER = new ObjectMapper();

  private static String resource(String name) throws IOException {
    try (InputStream in = NetworkJsonTest.class.getResourceAsStream(name)) {
      return new String(Objects.requireNonNull(in).readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  private static JsonNode everyKind(int format) throws IOException {
    return MAPPER.readTree(resource("format-" + format + ".json"));
  }

  @Test
  void everyFormatIsReadAndWrittenByteForByte() throws IOException {
    for (int format = 1; format <= NetworkJson.FORMAT; format++) {
      String written = resource("format-" + format + ".json").strip();
      Network network = NetworkJson.read(MAPPER.readTree(written));
      assertThat(MAPPER.writeValueAsString(NetworkJson.write(network))).isEqualTo(written);
    }
  }

  @Test
  void everyKindOfLayerIsInTheFiles() throws IOException {
    Set<Class<?>> kinds =
        Stream.of(everyKind(1), everyKind(2), everyKind(3), everyKind(4))
            .map(NetworkJson::read)
            .flatMap(network -> network.layers().stream())
            .map(Layer::getClass)
            .collect(Collectors.toSet());
    assertThat(kinds).containsAll(kinds(Layer.class).toList());
  }

  private static Stream<Class<?>> kinds(Class<?> type) {
    return type.isSealed()
        ? Arrays.stream(type.getPermittedSubclasses()).flatMap(NetworkJsonTest::kinds)
        : Stream.of(type);
  }

  @Test
  void architecturesAreWrittenAsEver() throws Exception {
    for (String line : resource("format-1-architectures.txt").lines().toList()) {
      Architecture architecture = Architecture.valueOf(line.substring(0, line.indexOf(' ')));
      Network network = architecture.network(architecture.defaultInputSize(), true);
      byte[] json = MAPPER.writeValueAsBytes(NetworkJson.write(network));
      assertThat(line)
          .endsWith(HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(json)));
    }
  }

  @Test
  void tokensNeedFormatTwo() {
    Network network = new Network(List.of(new Input("in", Shape.tokens(197, 192))), List.of("in"));
    JsonNode json = NetworkJson.write(network);
    assertThat(json)
        .hasToString(
            "{\"format\":2,\"layers\":[{\"type\":\"input\",\"name\":\"in\",\"shape\":[197,192]}],"
                + "\"outputs\":[\"in\"]}");
    assertThat(NetworkJson.read(json)).isEqualTo(network);
  }

  @Test
  void refusesWhatItDoesNotKnow() throws IOException {
    ObjectNode newer = everyKind(1).deepCopy();
    newer.put("format", NetworkJson.FORMAT + 1);
    assertThatThrownBy(() -> NetworkJson.read(newer))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("it has format " + (NetworkJson.FORMAT + 1))
        .hasMessageContaining("reads up to format " + NetworkJson.FORMAT)
        .hasMessageContaining("Use a newer Finetune4j.");
    assertThatThrownBy(() -> readWith("type", "\"mamba\""))
        .hasMessageContaining("layer 'bgr': 'mamba' is no kind of layer that is known here");
    assertThatThrownBy(() -> readWith("gain", "2"))
        .hasMessageContaining("layer 'bgr': it has a field 'gain', which is not known here");
    assertThatThrownBy(() -> readWith("input", "7"))
        .hasMessageContaining("layer 'bgr': 'input' should be a text, but is 7");
    assertThatThrownBy(() -> readWith("name", "null"))
        .hasMessageContaining("'name' should be a text, but is null");
    assertThatThrownBy(() -> NetworkJson.read(MAPPER.readTree("[]")))
        .hasMessageContaining("it should be a JSON object, but is ARRAY");
    assertThatThrownBy(() -> NetworkJson.read(MAPPER.readTree("{\"layers\":[]}")))
        .hasMessageContaining("it has no field 'outputs'");
  }

  /** Reads the network of format 1 with one field of its second layer replaced or added. */
  private static Network readWith(String field, String value) throws IOException {
    JsonNode json = everyKind(1);
    ((ObjectNode) json.get("layers").get(1)).set(field, MAPPER.readTree(value));
    return NetworkJson.read(json);
  }
}
