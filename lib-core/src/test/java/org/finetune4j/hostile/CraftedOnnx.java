package org.finetune4j.hostile;

import static org.finetune4j.hostile.Crafted.times;
import static org.finetune4j.hostile.Proto.field;

import com.google.common.primitives.Bytes;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.function.IntFunction;
import org.finetune4j.backbone.PretrainedBackbone;
import org.finetune4j.preprocess.Preprocessing;

/** ONNX files as backbones: the numbers of fields are those of {@code onnx.proto}. */
final class CraftedOnnx {
  private static final String FILE = "model.onnx";
  private static final byte[] INPUT = field(11, port("x", 3, 32, 32));
  private static final byte[] OUTPUT = field(12, port("y", 3, 32, 32));

  private CraftedOnnx() {}

  static Subject subject() {
    return Subject.crafted("crafted ONNX files", cases(), folder -> use(folder.resolve(FILE)));
  }

  /** Reads a file and runs it once. */
  static void use(Path file) throws IOException {
    try (PretrainedBackbone backbone =
        PretrainedBackbone.fromOnnx(file, Preprocessing.TF).inputSize(32, 32).build()) {
      int size = backbone.network().inputs().get(0).shape().elements();
      backbone.activations(List.of(backbone.featureLayer()), 1, FloatBuffer.allocate(size));
    } catch (IllegalArgumentException documented) {
      throw new IOException(documented);
    }
  }

  static Crafted cases() {
    byte[] relu = node("Relu", "y", "x");
    return new Crafted()
        .with(FILE, () -> model(field(1, relu)))
        .with(FILE, CraftedOnnx::nestedGraphs)
        .with(
            FILE, () -> Bytes.concat(model(field(1, relu)), times(9, new byte[] {-1}), new byte[1]))
        .with(FILE, () -> Bytes.concat(new byte[] {8}, times(1 << 20, new byte[] {-128})))
        .with(FILE, () -> Bytes.concat(Proto.varint(58), Proto.varint(Long.MAX_VALUE)))
        .with(FILE, () -> names(1, "Concat")) // inputs
        .with(FILE, () -> names(2, "Split")) // outputs
        .with(FILE, () -> model(field(1, relu, times(4_000_000, field(5, whole("a", 1))))))
        .with(FILE, () -> model(field(1, relu, field(5, listed(8, new byte[40_000_000], 7)))))
        .with(FILE, () -> model(field(1, relu, field(5, listed(7, new byte[40_000_000], 6)))))
        .with(FILE, () -> chain(20_000, i -> node("Identity", made(i), read(i))))
        .with(FILE, () -> chain(4_999, i -> node("Add", made(i), read(i), read(i))))
        .with(FILE, () -> chain(40, i -> node("Concat", made(i), read(i), read(i), axis())))
        .with(FILE, () -> chain(1, i -> node("Add", made(i), "y", "x")))
        .with(FILE, () -> shaped("Expand", 1, 3, 1 << 30, 1 << 30))
        .with(FILE, () -> shaped("Tile", 1, 1, 1 << 20, 1 << 20))
        .with(FILE, () -> shaped("Reshape", -1, Long.MAX_VALUE, Long.MAX_VALUE))
        .with(FILE, () -> shaped("Gather", Long.MIN_VALUE, Long.MAX_VALUE))
        .with(FILE, () -> pooled(1L << 40, 1, 1))
        .with(FILE, () -> pooled(1, Long.MAX_VALUE, 1))
        .with(FILE, () -> pooled(1, 1, 1L << 31))
        .with(FILE, () -> reading(port("x", 3, 1 << 20, 1 << 20)))
        .with(FILE, () -> reading(port("x", 1L << 62, 1L << 62)));
  }

  private static byte[] port(String name, long... sides) {
    ByteArrayOutputStream shape = new ByteArrayOutputStream();
    shape.writeBytes(field(1, field(2, "n")));
    for (long side : sides) {
      shape.writeBytes(field(1, field(1, side)));
    }
    return Bytes.concat(
        field(1, name), field(2, field(1, field(1, 1), field(2, shape.toByteArray()))));
  }

  private static byte[] node(String operator, String output, Object... inputsAndAttributes) {
    ByteArrayOutputStream node = new ByteArrayOutputStream();
    for (Object it : inputsAndAttributes) {
      node.writeBytes(it instanceof String input ? field(1, input) : field(5, (byte[]) it));
    }
    return Bytes.concat(node.toByteArray(), field(2, output), field(4, operator));
  }

  private static byte[] whole(String name, long value) {
    return Bytes.concat(field(1, name), field(3, value), field(20, 2));
  }

  private static byte[] axis() {
    return whole("axis", 1);
  }

  private static byte[] listed(int field, byte[] packed, int type) {
    return Bytes.concat(field(1, "k"), field(field, packed), field(20, type));
  }

  private static byte[] wholes(String name, long... values) {
    ByteArrayOutputStream packed = new ByteArrayOutputStream();
    for (long value : values) {
      packed.writeBytes(Proto.varint(value));
    }
    return Bytes.concat(field(1, name), field(8, packed.toByteArray()), field(20, 7));
  }

  private static byte[] model(byte[]... nodes) {
    return Bytes.concat(
        field(1, 8), field(8, field(2, 17)), field(7, Bytes.concat(nodes), INPUT, OUTPUT));
  }

  private static byte[] reading(byte[] port) {
    byte[] graph = Bytes.concat(field(1, node("Relu", "y", "x")), field(11, port), OUTPUT);
    return Bytes.concat(field(1, 8), field(8, field(2, 17)), field(7, graph));
  }

  private static byte[] nestedGraphs() {
    byte[] graph = field(1, node("Relu", "y", "x"));
    for (int depth = 0; depth < 3_000; depth++) {
      byte[] branch = Bytes.concat(field(1, "then_branch"), field(6, graph), field(20, 5));
      graph = field(1, node("If", "y", "x", branch));
    }
    return model(graph);
  }

  /** Ten million names of two letters: twenty times as much in memory. */
  private static byte[] names(int field, String operator) {
    return model(field(1, node(operator, "y", "x", axis()), times(10_000_000, field(field, "ab"))));
  }

  private static String read(int node) {
    return node == 0 ? "x" : "v" + node;
  }

  private static String made(int node) {
    return "v" + (node + 1);
  }

  private static byte[] chain(int count, IntFunction<byte[]> node) {
    ByteArrayOutputStream nodes = new ByteArrayOutputStream();
    for (int i = 0; i < count; i++) {
      nodes.writeBytes(field(1, node.apply(i)));
    }
    return model(nodes.toByteArray(), field(1, node("Relu", "y", read(count))));
  }

  /** An operator whose second input is numbers of the file. */
  private static byte[] shaped(String operator, long... numbers) {
    ByteBuffer raw = ByteBuffer.allocate(8 * numbers.length).order(ByteOrder.LITTLE_ENDIAN);
    for (long number : numbers) {
      raw.putLong(number);
    }
    byte[] tensor =
        Bytes.concat(field(1, numbers.length), field(2, 7), field(8, "s"), field(9, raw.array()));
    return model(field(1, node(operator, "y", "x", "s")), field(5, tensor));
  }

  private static byte[] pooled(long border, long stride, long dilation) {
    return model(
        field(
            1,
            node(
                "MaxPool",
                "y",
                "x",
                wholes("kernel_shape", 1, 1),
                wholes("pads", border, 0, 0, 0),
                wholes("strides", stride, 1),
                wholes("dilations", dilation, 1))));
  }
}
