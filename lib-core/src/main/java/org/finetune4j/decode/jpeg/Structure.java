package org.finetune4j.decode.jpeg;

import static org.finetune4j.decode.jpeg.NotPlainException.require;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The frame, the tables and the scans of a file, read segment by segment. */
final class Structure {
  private static final int SOF0 = 0xC0;
  private static final int SOF2 = 0xC2;
  private static final int HUFFMAN = 0xC4;
  private static final int SCAN = 0xDA;
  private static final int QUANTIZATION = 0xDB;
  private static final int RESTART = 0xDD;
  private static final int APP0 = 0xE0;
  private static final int APP14 = 0xEE;

  final List<Scan> scans = new ArrayList<>();

  private final byte[] file;
  private @Nullable Frame frame;
  private final int[] huffman = new int[8];
  private final Map<Integer, HuffmanTable> tables = new HashMap<>();
  private final int[] @Nullable [] quantization = new int[4][];
  private int restartInterval;
  private boolean jfif;
  private int adobe = -1;

  private Structure(byte[] file) {
    this.file = file;
  }

  /** Reads all segments of a picture. */
  static Structure of(byte[] file, List<JpegSegment> segments) throws NotPlainException {
    Structure structure = new Structure(file);
    for (JpegSegment segment : segments) {
      require(segment.end() <= file.length, "cut off");
      structure.read(segment);
    }
    require(!structure.scans.isEmpty(), "no picture");
    structure.requireAll();
    return structure;
  }

  Frame frame() {
    return Objects.requireNonNull(frame);
  }

  private void read(JpegSegment segment) throws NotPlainException {
    switch (segment.marker()) {
      case SOF0, SOF0 + 1, SOF2 -> {
        require(frame == null, "a second frame");
        frame = Frame.read(file, segment);
      }
      case HUFFMAN -> readHuffman(segment);
      case QUANTIZATION -> readQuantization(segment);
      case RESTART -> {
        require(segment.length() == 6, "restart interval");
        restartInterval = number(segment.start() + 4);
      }
      case SCAN -> readScan(segment);
      case APP0 -> jfif |= startsWith(segment, "JFIF\0", 16);
      case APP14 -> adobe = startsWith(segment, "Adobe", 14) ? file[segment.start() + 15] : adobe;
      default ->
          // Application data and comments decide nothing; all else is of another process.
          require(segment.marker() > APP0 || segment.marker() == 0x01, "another process");
    }
  }

  private int number(int at) {
    return ((file[at] & 0xFF) << 8) | (file[at + 1] & 0xFF);
  }

  private boolean startsWith(JpegSegment segment, String text, int length) {
    byte[] start = text.getBytes(StandardCharsets.US_ASCII);
    int at = segment.start() + 4;
    return segment.length() >= length + 2
        && Arrays.equals(file, at, at + start.length, start, 0, start.length);
  }

  /** Only where tables lie: they are built for the scans that use them. */
  private void readHuffman(JpegSegment segment) throws NotPlainException {
    int at = segment.start() + 4;
    while (at < segment.end()) {
      require(at + 17 <= segment.end(), "short table");
      int kind = file[at] & 0xFF;
      require((kind & 0xEC) == 0, "tables beyond 4");
      int symbols = HuffmanTable.symbols(file, at + 1);
      require(symbols <= 256 && at + 17 + symbols <= segment.end(), "short table");
      huffman[(kind >> 4) * 4 + (kind & 3)] = at + 1;
      at += 17 + symbols;
    }
  }

  private void readQuantization(JpegSegment segment) throws NotPlainException {
    int at = segment.start() + 4;
    while (at < segment.end()) {
      int kind = file[at++] & 0xFF;
      int bytes = (kind >> 4) + 1;
      require(bytes <= 2 && (kind & 15) < 4, "quantization beyond 4");
      require(at + 64 * bytes <= segment.end(), "short table");
      int[] factors = new int[64];
      for (int k = 0; k < 64; k++) {
        factors[Zigzag.natural(k)] = bytes == 1 ? file[at + k] & 0xFF : number(at + 2 * k);
      }
      quantization[kind & 15] = factors;
      at += 64 * bytes;
    }
  }

  private void readScan(JpegSegment segment) throws NotPlainException {
    require(frame != null, "a scan without a frame");
    Frame known = frame();
    int at = segment.start() + 4;
    require(segment.length() >= 8, "short scan header");
    int count = file[at] & 0xFF;
    int coded = segment.start() + 2 + number(segment.start() + 2);
    require(
        count >= 1 && count <= 3 && number(segment.start() + 2) == 6 + 2 * count, "scan header");
    require(coded <= segment.end(), "short scan header");
    int bits = file[at + 3 + 2 * count] & 0xFF;
    ScanRange range =
        new ScanRange(
            known.progressive(),
            file[at + 1 + 2 * count] & 0xFF,
            file[at + 2 + 2 * count] & 0xFF,
            known.progressive() ? bits >> 4 : 0,
            known.progressive() ? bits & 15 : 0);
    range.check(count);
    Component[] components = new Component[count];
    HuffmanTable[] means = new HuffmanTable[count];
    HuffmanTable[] details = new HuffmanTable[count];
    int blocks = 0;
    for (int c = 0; c < count; c++) {
      Component component = known.component(file[at + 1 + 2 * c] & 0xFF);
      require(!Arrays.asList(components).contains(component), "a component twice");
      components[c] = component;
      range.note(component);
      blocks += component.across * component.down;
      if (component.factors == null) {
        component.factors = quantization[component.quantization];
        require(component.factors != null, "no quantization table");
      }
      int tables = file[at + 2 + 2 * c] & 0xFF;
      require((tables & 0xCC) == 0, "tables beyond 4");
      if (range.hasMeans()) {
        means[c] = table(tables >> 4).requireSizes();
      }
      if (range.hasDetails()) {
        details[c] = table(4 + (tables & 3));
      }
    }
    require(count == 1 || blocks <= 10, "units beyond 10 blocks");
    BitReader in = new BitReader(file, coded, segment.end());
    scans.add(
        new Scan(components, means, details, range, in, known.unitsPerRow(), restartInterval));
  }

  private HuffmanTable table(int number) throws NotPlainException {
    require(huffman[number] > 0, "no Huffman table");
    HuffmanTable table = tables.get(huffman[number]);
    if (table == null) {
      table = new HuffmanTable(file, huffman[number]);
      tables.put(huffman[number], table);
    }
    return table;
  }

  /** Where bits are missing, libjpeg smooths the blocks. */
  private void requireAll() throws NotPlainException {
    for (Component component : frame().components()) {
      for (int bit : component.lastBit) {
        require(bit == 0, "bits are missing");
      }
    }
  }

  /** Returns whether three components are brightness and colors, by libjpeg's rules. */
  boolean isYcc() {
    List<Component> all = frame().components();
    if (jfif || adobe >= 0) {
      return jfif || adobe != 0;
    }
    return !(all.get(0).id == 'R' && all.get(1).id == 'G' && all.get(2).id == 'B');
  }
}
