package org.finetune4j.hostile;

import static org.finetune4j.hostile.Crafted.times;
import static org.finetune4j.hostile.Proto.field;

import com.google.common.primitives.Bytes;
import com.google.common.primitives.Ints;
import com.google.common.primitives.Longs;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.zip.CRC32C;
import java.util.zip.Deflater;
import java.util.zip.DeflaterOutputStream;
import java.util.zip.GZIPOutputStream;
import org.finetune4j.files.RecordFile;

/** Archives, TFRecord files and lists: names, sizes and counts that take far more than they are. */
final class CraftedLists {
  private static final int TAR_RECORD = 512;

  private CraftedLists() {}

  static Subject archives() throws IOException {
    return Subject.crafted("crafted archives", archiveCases(), HostileLists::readArchive);
  }

  static Subject records() {
    return Subject.crafted("crafted TFRecord files", recordCases(), HostileLists::readRecords);
  }

  static Subject lists() throws IOException {
    return Subject.crafted("crafted CSV lists", listCases(), HostileLists::readList);
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.ISO_8859_1);
  }

  private static byte[] picture() throws IOException {
    return HostileLists.pictures().values().iterator().next();
  }

  static Crafted archiveCases() throws IOException {
    byte[] png = picture();
    byte[] none = new byte[0];
    String two = "a/1.png";
    String deep = "a/".repeat(32_000) + "1.png";
    Crafted cases = new Crafted();
    String zip = HostileLists.ZIP;
    cases
        .with(zip, () -> new RawZip().with(deep, png).bytes())
        .with(zip, () -> many(2_000, i -> ("f" + i + "/").repeat(80) + "1.png"))
        .with(zip, () -> many(100_000, i -> "a/" + i))
        .with(zip, () -> many(60_000, i -> i + "/" + "x".repeat(300) + "/1.png"))
        .with(zip, () -> new RawZip().with(two, png).with(two, png).bytes())
        .with(zip, () -> new RawZip().with(two, png).with("a", png).bytes())
        .with(zip, () -> new RawZip().with("../../" + two, png).bytes())
        .with(zip, () -> new RawZip().with("/" + two, png).with("\\a\\2.png", png).bytes())
        .with(zip, () -> new RawZip().with("a/\0.png", png).with("", png).bytes())
        .with(zip, () -> new RawZip().with(two, "b/2.png", 0, png.length, png, none).bytes())
        .with(zip, () -> new RawZip().with(two, two, 1, png.length, png, none).bytes())
        .with(zip, () -> new RawZip().with(two, two, 8, png.length, png, none).bytes())
        .with(zip, () -> new RawZip().with(two, two, 0, 200_000_000, png, none).bytes())
        .with(zip, () -> new RawZip().with(two, two, 0, 60_000_000, png, none).bytes())
        .with(zip, () -> new RawZip().with(two, two, 0, -1, png, zip64(1L << 40)).bytes())
        .with(zip, () -> new RawZip().with(two, two, 0, -1, png, zip64(-1)).bytes())
        .with(zip, () -> new RawZip().with(two, two, 0, 99, 10, png, none).bytes())
        .with(zip, () -> new RawZip().with(two, png).bytes(1_000_000, none))
        .with(zip, () -> new RawZip().with(two, png).bytes(1, new RawZip().with(deep, png).bytes()))
        .with(zip, () -> bomb(250_000_000, 250_000_000))
        .with(zip, () -> bomb(250_000_000, 60_000_000))
        .with(zip, () -> bomb(60_000_000, 60_000_000));
    tar(cases, png);
    return cases;
  }

  /** Makes a name. */
  @FunctionalInterface
  private interface Name {
    String of(int number);
  }

  private static byte[] many(int count, Name name) {
    RawZip zip = new RawZip();
    for (int i = 0; i < count; i++) {
      zip.with(name.of(i), new byte[0]);
    }
    return zip.bytes();
  }

  private static byte[] zip64(long size) {
    return little(20).putShort((short) 1).putShort((short) 16).putLong(size).putLong(size).array();
  }

  /** A picture whose pixels never begin. */
  private static byte[] bomb(int zeros, int said) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    Deflater raw = new Deflater(1, true);
    try (DeflaterOutputStream out = new DeflaterOutputStream(bytes, raw)) {
      out.write(Arrays.copyOf(picture(), 8));
      byte[] million = new byte[1_000_000];
      for (int at = 8; at < zeros; at += million.length) {
        out.write(million);
      }
    } finally {
      raw.end();
    }
    return new RawZip()
        .with("a/1.png", "a/1.png", 0, 8, said, bytes.toByteArray(), new byte[0])
        .bytes();
  }

  private static void tar(Crafted cases, byte[] png) {
    String tar = HostileLists.ZIP; // content decides
    byte[] folders = ascii("a/".repeat(5_000_000) + "1.png\0");
    byte[] paxSize = pax("size", "9223372036854775807");
    byte[] paxMany = times(1_000_000, ascii("6 a=b\n"));
    byte[] one = pax("comment", "none");
    cases
        .with(tar, () -> tar(entry('L', "long", folders.length, folders), file("a/1.png", png)))
        .with(tar, () -> tar(entry('x', "pax", paxSize.length, paxSize), file("a/1.png", png)))
        .with(tar, () -> tar(entry('x', "pax", paxMany.length, paxMany), file("a/1.png", png)))
        .with(tar, () -> tar(entry('x', "pax", 1L << 32, paxSize), file("a/1.png", png)))
        .with(tar, () -> tar(entry('L', "long", 1L << 32, folders), file("a/1.png", png)))
        .with(tar, () -> tar(entry('x', "pax", 40_000_000, new byte[40_000_000])))
        .with(tar, () -> tar(times(20_000, entry('x', "pax", one.length, one))))
        .with(tar, () -> tar(times(20_000, entry('L', "long", one.length, one))))
        .with(tar, () -> tar(times(20_000, entry('g', "pax", one.length, one))))
        .with(tar, () -> tar(keys('g', 100_000), times(9_000, file("a/1.png", new byte[0]))))
        .with(
            tar,
            () -> tar(times(300, Bytes.concat(keys('x', 9_000), file("a/1.png", new byte[0])))))
        .with(tar, () -> tar(entry('0', "a/1.png", 1L << 32, png)))
        .with(tar, () -> tar(entry('1', "a/1.png", 0, new byte[0])))
        .with(tar, () -> tar(entry('2', "a/1.png", 0, new byte[0])))
        .with(tar, () -> tar(entry('S', "a/1.png", png.length, png)))
        .with(tar, () -> tar(file("a/1.png", png), file("a", png)))
        .with(tar, () -> tar(file("../a/1.png", png)))
        .with(tar, () -> tar(times(100_000, entry('5', "a", 0, new byte[0]))))
        .with(tar, () -> gzip(tar(file("a/1.png", png)), 1))
        .with(tar, () -> gzip(new byte[1_000_000], 300))
        .with(tar, () -> gzip(new byte[0], 200_000));
  }

  private static byte[] tar(byte[]... entries) {
    return Bytes.concat(Bytes.concat(entries), new byte[2 * TAR_RECORD]);
  }

  private static byte[] file(String name, byte[] content) {
    return entry('0', name, content.length, content);
  }

  /** A head of POSIX.1-1988 (ustar) and content, padded. */
  private static byte[] entry(char kind, String name, long size, byte[] content) {
    ByteBuffer head = ByteBuffer.allocate(TAR_RECORD);
    head.put(0, ascii(name));
    head.put(100, ascii("0000644\0"));
    head.put(124, ascii("00000000000".substring(Long.toOctalString(size).length())));
    head.put(135 - Long.toOctalString(size).length(), ascii(Long.toOctalString(size)));
    head.put(136, ascii("00000000000"));
    head.put(148, ascii("        "));
    head.put(156, (byte) kind);
    head.put(157, ascii(kind == '1' || kind == '2' ? "a/1.png" : ""));
    head.put(257, ascii("ustar\00000"));
    int sum = 0;
    for (int i = 0; i < TAR_RECORD; i++) {
      sum += head.get(i) & 0xFF;
    }
    String octal = Integer.toOctalString(sum);
    head.put(148, ascii("000000".substring(octal.length()) + octal + "\0 "));
    byte[] padding = new byte[(TAR_RECORD - content.length % TAR_RECORD) % TAR_RECORD];
    return Bytes.concat(head.array(), content, padding);
  }

  private static byte[] pax(String key, String value) {
    int length = key.length() + value.length() + 6; // two digits, a space, =, a line's end
    return ascii((length - 1) + " " + key + "=" + value + "\n");
  }

  /** Extended headers of as many keys. */
  private static byte[] keys(char kind, int count) {
    StringBuilder keys = new StringBuilder();
    for (int i = 0; i < count; i++) {
      keys.append("11 ").append(String.format(Locale.ROOT, "%06x", i)).append("=\n");
    }
    return entry(kind, "pax", keys.length(), ascii(keys.toString()));
  }

  private static byte[] gzip(byte[] content, int times) throws IOException {
    ByteArrayOutputStream member = new ByteArrayOutputStream();
    try (GZIPOutputStream out = new GZIPOutputStream(member)) {
      out.write(content);
    }
    return times(times, member.toByteArray());
  }

  static Crafted recordCases() {
    String file = HostileLists.RECORDS;
    byte[] image = CraftedLists.feature("image", 1, new byte[100]);
    byte[] label = feature("label", 1, ascii("cat"));
    byte[] repeated = Bytes.concat(times(300_000, feature("x", 1, new byte[0])), image, label);
    return new Crafted()
        .with(file, () -> head(Long.MAX_VALUE, 100))
        .with(file, () -> head(-1, 100))
        .with(file, () -> head(1L << 31, 100))
        .with(file, () -> times(500_000, record(new byte[0])))
        .with(file, () -> times(20_000, record(example(image, label))))
        .with(file, () -> record(example(features(2_000_000), image, label)))
        .with(file, () -> record(example(repeated)))
        .with(file, () -> record(example(feature("y".repeat(30_000_000), 1, new byte[1]))))
        .with(file, () -> record(example(image, integers(10_000_000))))
        .with(file, () -> record(example(image, feature("label", 3, varints(999_999)))))
        .with(file, () -> record(example(image, feature("label", 3, varints(-1)))))
        .with(file, () -> record(example(image, feature("label", 1, new byte[30_000_000]))))
        .with(file, () -> record(times(10_000_000, new byte[] {0x13}))) // groups in groups
        .with(file, () -> record(times(5_000_000, new byte[] {0x0A, -1})))
        .with(file, () -> record(Bytes.concat(new byte[] {0x0A}, times(11, new byte[] {-1}))))
        .with(file, () -> Bytes.concat(record(example(image, label)), new byte[11]));
  }

  private static byte[] varints(long value) {
    return field(1, Proto.varint(value));
  }

  private static byte[] integers(int count) {
    return feature("label", 3, field(1, times(count, new byte[] {1})));
  }

  private static byte[] feature(String name, int kind, byte[] value) {
    byte[] list = kind == 3 ? value : field(1, value);
    return field(1, field(1, name), field(2, field(kind, list)));
  }

  /** Names of four bytes each, all different. */
  private static byte[] features(int count) {
    byte[] one = feature("0000", 1, new byte[1]);
    int place = new String(one, StandardCharsets.ISO_8859_1).indexOf("0000");
    byte[] all = times(count, one);
    for (int i = 0; i < count; i++) {
      for (int digit = 0; digit < 4; digit++) {
        all[i * one.length + place + digit] = (byte) ('0' + ((i >> (6 * digit)) & 63));
      }
    }
    return all;
  }

  private static byte[] example(byte[]... features) {
    return field(1, features);
  }

  private static byte[] record(byte[] content) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    RecordFile.write(out, content);
    return out.toByteArray();
  }

  /** A length whose check is right, and some bytes. */
  private static byte[] head(long length, int bytes) {
    byte[] said = Longs.toByteArray(Long.reverseBytes(length));
    CRC32C sum = new CRC32C();
    sum.update(said);
    int check = Integer.rotateRight((int) sum.getValue(), 15) + 0xA282EAD8;
    return Bytes.concat(said, Ints.toByteArray(Integer.reverseBytes(check)), new byte[bytes]);
  }

  private static ByteBuffer little(int length) {
    return ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
  }

  static Crafted listCases() throws IOException {
    Crafted cases = new Crafted();
    String name = "";
    for (Map.Entry<String, byte[]> picture : HostileLists.pictures().entrySet()) {
      cases.beside(picture.getKey(), picture.getValue());
      name = picture.getKey();
    }
    String line = Objects.requireNonNull(name) + ",";
    String head = "file,label\n";
    String csv = HostileLists.CSV;
    return cases
        .with(csv, () -> times(20_000_000, ascii("\n")))
        .with(csv, () -> times(20_000_000, ascii(",")))
        .with(csv, () -> ascii(head + ",".repeat(20_000_000)))
        .with(csv, () -> ascii("file,label" + ",c".repeat(150_000) + "\n"))
        .with(csv, () -> ascii(head + "\"" + "x".repeat(20_000_000)))
        .with(csv, () -> ascii(head + "\"".repeat(20_000_001)))
        .with(csv, () -> ascii(head + line + distinct(3_000_000) + "\n"))
        .with(csv, () -> ascii(head + line + "a;".repeat(5_000_000) + "\n"))
        .with(csv, () -> ascii(head + (line + "a\n").repeat(5_000)))
        .with(csv, () -> ascii(head + "a".repeat(1_000_000) + ".png,a\n"))
        .with(csv, () -> ascii(head + "a/".repeat(1_000_000) + ",a\n"))
        .with(csv, () -> ascii(head + "../".repeat(1_000_000) + "dev/zero,a\n"))
        .with(csv, () -> ascii(head + "/dev/zero,a\n/dev/stdin,a\n/proc/self/mem,a\n"))
        .with(csv, () -> ascii(head + line + "a".repeat(20_000_000) + "\n"))
        .with(csv, () -> ("\uFEFF" + head + line + "a\n").getBytes(StandardCharsets.UTF_16))
        .with(csv, () -> new byte[20_000_000]);
  }

  private static String distinct(int count) {
    StringBuilder tags = new StringBuilder();
    for (int i = 0; i < count; i++) {
      tags.append(Integer.toString(i, 36)).append(';');
    }
    return tags.toString();
  }
}
