package org.finetune4j.weights.format;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.finetune4j.weights.Tensor;

/** Weight files for tests; number t holds t + i / 1024, as the README beside the resources says. */
final class Samples {
  private Samples() {}

  static Path resource(String name) {
    try {
      return Path.of(Objects.requireNonNull(Samples.class.getResource("/weights/" + name)).toURI());
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  static Tensor numbered(int t, Integer... shape) {
    int size = List.of(shape).stream().reduce(1, Math::multiplyExact);
    float[] values = new float[size];
    for (int i = 0; i < size; i++) {
      values[i] = t + i / 1024f;
    }
    return Tensor.of(values, shape);
  }

  static byte[] floats(Tensor... tensors) {
    int size = List.of(tensors).stream().mapToInt(Tensor::size).sum();
    ByteBuffer bytes = ByteBuffer.allocate(4 * size).order(ByteOrder.LITTLE_ENDIAN);
    List.of(tensors).forEach(tensor -> bytes.put(tensor.bytes()));
    return bytes.array();
  }

  static byte[] safetensors(String header, byte[] numbers) {
    byte[] json = header.getBytes(StandardCharsets.UTF_8);
    return ByteBuffer.allocate(8 + json.length + numbers.length)
        .order(ByteOrder.LITTLE_ENDIAN)
        .putLong(json.length)
        .put(json)
        .put(numbers)
        .array();
  }

  static Path write(Path folder, String name, byte[] content) {
    try {
      return Files.write(folder.resolve(name), content);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static Path write(Path folder, String name, String content) {
    return write(folder, name, content.getBytes(StandardCharsets.UTF_8));
  }
}
