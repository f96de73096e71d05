package org.finetune4j.engine.onnx.file;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * What a file says of an input or output of its graph.
 *
 * @param name of the value
 * @param type number in {@code TensorProto.DataType}; 0 if it is no tensor
 * @param dimensions a number each, or 0 where it is free
 */
public record RawPort(String name, long type, List<Long> dimensions) {
  private static final int FLOAT = 1;

  /** Reads a ValueInfoProto. */
  static RawPort read(ByteBuffer message) throws IOException {
    String name = "";
    long type = 0;
    List<Long> dimensions = new ArrayList<>();
    ProtoFields port = new ProtoFields(message);
    while (port.next()) {
      if (port.field() == 1) {
        name = port.text();
      } else if (port.field() == 2) {
        ProtoFields kind = new ProtoFields(port.message());
        while (kind.next()) {
          if (kind.field() == 1) {
            ProtoFields tensor = new ProtoFields(kind.message());
            while (tensor.next()) {
              if (tensor.field() == 1) {
                type = tensor.integer();
              } else if (tensor.field() == 2) {
                readShape(tensor.message(), dimensions);
              }
            }
          }
        }
      }
    }
    return new RawPort(name, type, List.copyOf(dimensions));
  }

  private static void readShape(ByteBuffer message, List<Long> dimensions) throws IOException {
    ProtoFields shape = new ProtoFields(message);
    while (shape.next()) {
      if (shape.field() == 1) {
        long size = 0;
        ProtoFields dimension = new ProtoFields(shape.message());
        while (dimension.next()) {
          if (dimension.field() == 1) {
            size = Math.max(0, dimension.integer());
          }
        }
        dimensions.add(size);
      }
    }
  }

  /** Returns whether it holds real numbers, of whatever width: what runs is float32. */
  public boolean isFloat() {
    return type == FLOAT || OtherReals.of(type).isPresent();
  }

  /** Returns for example {@code 'x' float32 [?, 3, 224, 224]}. */
  @Override
  public String toString() {
    return "'"
        + name
        + "' "
        + RawTensor.typeName(type)
        + dimensions.stream()
            .map(d -> d == 0 ? "?" : Long.toString(d))
            .collect(Collectors.joining(", ", " [", "]"));
  }
}
