package org.finetune4j.hostile;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.zip.CRC32;
import java.util.zip.Deflater;

/** Picture files taken apart: chunks, segments and directories, lengths and checksums renewed. */
final class PictureParts implements Mutation {
  private static final int MANY = 2_000;

  private static final class Part {
    final String name;
    final byte[] content;

    Part(String name, byte[] content) {
      this.name = name;
      this.content = content;
    }
  }

  /** Joins parts into a file again. */
  private interface Joining {
    byte[] join(List<Part> parts);
  }

  @Override
  public byte[] apply(byte[] bytes, SplittableRandom random) {
    if (random.nextInt(4) == 0 || bytes.length < 16) {
      return Fields.anyBytes().apply(bytes, random);
    }
    String start = new String(bytes, 0, 16, StandardCharsets.ISO_8859_1);
    if (start.startsWith("\u0089PNG")) {
      return change(png(bytes), PictureParts::joinPng, random);
    }
    if (start.startsWith("RIFF")) {
      return change(riff(bytes), PictureParts::joinRiff, random);
    }
    if (start.startsWith("\u00ff\u00d8")) {
      return change(jpeg(bytes), PictureParts::joinJpeg, random);
    }
    if (start.startsWith("II") || start.startsWith("MM")) {
      return tiff(bytes, random);
    }
    return Fields.beginning(64).apply(bytes, random); // GIF and BMP
  }

  private static byte[] change(List<Part> parts, Joining joining, SplittableRandom random) {
    if (parts.isEmpty()) {
      return new byte[16];
    }
    int at = random.nextInt(parts.size());
    Part part = parts.get(at);
    switch (random.nextInt(12)) {
      case 0 -> parts.remove(at);
      case 1 -> parts.add(at, part);
      case 2 -> parts.add(at, parts.get(random.nextInt(parts.size())));
      case 3 -> parts.set(at, new Part(parts.get(random.nextInt(parts.size())).name, part.content));
      case 4 -> {
        int times = part.content.length > 1000 || random.nextInt(4) > 0 ? 3 : MANY;
        for (int i = 0; i < times; i++) {
          parts.add(at, part);
        }
      }
      case 5 -> parts.set(at, new Part(part.name, zeros(random)));
      case 6 ->
          parts.set(at, new Part(part.name, Arrays.copyOf(part.content, random.nextInt(100_000))));
      default -> parts.set(at, new Part(part.name, Fields.anyBytes().apply(part.content, random)));
    }
    return joining.join(parts);
  }

  /** Up to 64 MiB of zeros, deflated. */
  private static byte[] zeros(SplittableRandom random) {
    Deflater deflater = new Deflater(9);
    byte[] piece = new byte[1 << 20];
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    byte[] buffer = new byte[1 << 16];
    int pieces = 1 << random.nextInt(7);
    for (int i = 0; i <= pieces; i++) {
      if (i == pieces) {
        deflater.finish();
      } else {
        deflater.setInput(piece);
      }
      for (int n = deflater.deflate(buffer); n > 0; n = deflater.deflate(buffer)) {
        bytes.write(buffer, 0, n);
      }
    }
    deflater.end();
    return bytes.toByteArray();
  }

  private static List<Part> png(byte[] bytes) {
    List<Part> parts = new ArrayList<>();
    ByteBuffer in = ByteBuffer.wrap(bytes).position(8);
    while (in.remaining() >= 12) {
      int length = in.getInt();
      if (length < 0 || length > in.remaining() - 8) {
        break;
      }
      parts.add(part(in, length));
      in.getInt(); // its checksum
    }
    return parts;
  }

  private static Part part(ByteBuffer in, int length) {
    byte[] name = new byte[4];
    in.get(name);
    byte[] content = new byte[length];
    in.get(content);
    return new Part(new String(name, StandardCharsets.ISO_8859_1), content);
  }

  private static byte[] joinPng(List<Part> parts) {
    ByteBuffer out = ByteBuffer.allocate(8 + size(parts, 12));
    out.put(new byte[] {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1A, '\n'});
    for (Part part : parts) {
      CRC32 crc = new CRC32();
      crc.update(part.name.getBytes(StandardCharsets.ISO_8859_1));
      crc.update(part.content);
      out.putInt(part.content.length).put(part.name.getBytes(StandardCharsets.ISO_8859_1));
      out.put(part.content).putInt((int) crc.getValue());
    }
    return out.array();
  }

  private static int size(List<Part> parts, int each) {
    return parts.stream().mapToInt(it -> it.content.length + each).sum();
  }

  private static List<Part> riff(byte[] bytes) {
    List<Part> parts = new ArrayList<>();
    ByteBuffer in = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).position(12);
    while (in.remaining() >= 8) {
      int length = in.getInt(in.position() + 4);
      if (length < 0 || length > in.remaining() - 8) {
        break;
      }
      byte[] name = new byte[4];
      in.get(name).getInt();
      byte[] content = new byte[length];
      in.get(content);
      parts.add(new Part(new String(name, StandardCharsets.ISO_8859_1), content));
      if (length % 2 == 1 && in.hasRemaining()) {
        in.get();
      }
    }
    return parts;
  }

  private static byte[] joinRiff(List<Part> parts) {
    ByteBuffer out = ByteBuffer.allocate(12 + size(parts, 9)).order(ByteOrder.LITTLE_ENDIAN);
    out.put("RIFF....WEBP".getBytes(StandardCharsets.ISO_8859_1));
    for (Part part : parts) {
      out.put(part.name.getBytes(StandardCharsets.ISO_8859_1)).putInt(part.content.length);
      out.put(part.content);
      if (part.content.length % 2 == 1) {
        out.put((byte) 0);
      }
    }
    out.putInt(4, out.position() - 8);
    return Arrays.copyOf(out.array(), out.position());
  }

  /** Segments with a length; the first without one begins what is compressed, to the end. */
  private static List<Part> jpeg(byte[] bytes) {
    List<Part> parts = new ArrayList<>();
    ByteBuffer in = ByteBuffer.wrap(bytes).position(2);
    while (in.remaining() >= 4 && (in.get(in.position()) & 0xFF) == 0xFF) {
      in.get();
      int marker = in.get() & 0xFF;
      int length = in.getShort() & 0xFFFF;
      if (length < 2 || length - 2 > in.remaining()) {
        break;
      }
      byte[] content = new byte[length - 2];
      in.get(content);
      parts.add(new Part(String.valueOf((char) marker), content));
      if (marker == 0xDA) {
        byte[] rest = new byte[in.remaining()];
        in.get(rest);
        parts.add(new Part("", rest));
      }
    }
    return parts;
  }

  private static byte[] joinJpeg(List<Part> parts) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.writeBytes(new byte[] {(byte) 0xFF, (byte) 0xD8});
    for (Part part : parts) {
      if (!part.name.isEmpty()) {
        int length = part.content.length + 2;
        out.writeBytes(
            new byte[] {
              (byte) 0xFF, (byte) part.name.charAt(0), (byte) (length >> 8), (byte) length
            });
      }
      out.writeBytes(part.content);
    }
    return out.toByteArray();
  }

  /** An entry of a directory of the file: its tag, type, count or value. */
  private static byte[] tiff(byte[] bytes, SplittableRandom random) {
    byte[] changed = bytes.clone();
    ByteBuffer file = ByteBuffer.wrap(changed);
    file.order(bytes[0] == 'I' ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN);
    int directory = file.getInt(4);
    if (directory < 8 || directory > bytes.length - 18) {
      return Fields.beginning(16).apply(bytes, random);
    }
    int entries = Math.min(file.getShort(directory) & 0xFFFF, (bytes.length - directory - 6) / 12);
    if (entries == 0 || random.nextInt(10) == 0) {
      return Fields.number(bytes, directory, random);
    }
    int entry = directory + 2 + 12 * random.nextInt(entries);
    int other = directory + 2 + 12 * random.nextInt(entries);
    switch (random.nextInt(7)) {
      case 0 -> file.putShort(entry, file.getShort(other));
      case 1 -> file.putShort(entry + 2, (short) random.nextInt(20));
      case 2 -> file.putInt(entry + 4, (int) Fields.extreme(random));
      case 3 -> file.putInt(entry + 8, file.getInt(other + 8));
      case 4 -> file.putInt(entry + 8, random.nextInt(bytes.length + 100));
      default -> {
        long value = random.nextBoolean() ? Fields.extreme(random) : random.nextInt(40_000);
        if (file.getShort(entry + 2) == 3) {
          file.putShort(entry + 8, (short) value);
        } else {
          file.putInt(entry + 8, (int) value);
        }
      }
    }
    return changed;
  }
}
