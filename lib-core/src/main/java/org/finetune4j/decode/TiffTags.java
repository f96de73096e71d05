package org.finetune4j.decode;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * The numbers and bytes of a TIFF file's first directory (TIFF 6.0, section 2; BigTIFF), which EXIF
 * data are too. Whatever does not lie inside the file is passed over.
 */
final class TiffTags {
  static final int SUBFILE_TYPE = 254;
  static final int HEIGHT = 257;
  static final int BITS_PER_SAMPLE = 258;
  static final int COMPRESSION = 259;
  static final int PHOTOMETRIC = 262;
  static final int ORIENTATION = 274;
  static final int SAMPLES_PER_PIXEL = 277;
  static final int COLOR_MAP = 320;
  static final int SUB_DIRECTORIES = 330;
  static final int EXTRA_SAMPLES = 338;
  static final int SAMPLE_FORMAT = 339;
  static final int YCC_SUBSAMPLING = 530;
  static final int XMP = 700;
  static final int DNG_VERSION = 50706;

  /** Fields that matter hold a few numbers; XMP packets are text. */
  private static final int MOST_NUMBERS = 16;

  private static final int MOST_COLORS = 3 << 8;

  private static final int MOST_FIELDS = 4_096;

  private static final int TEXT = 2;
  private static final int UNDEFINED = 7;

  /** Sizes and kinds of pixels and of the pieces they lie in: whole numbers in every sound file. */
  private static final Set<Integer> WHOLE =
      Set.of(
          256,
          HEIGHT,
          BITS_PER_SAMPLE,
          COMPRESSION,
          PHOTOMETRIC,
          SAMPLES_PER_PIXEL,
          278,
          284,
          317,
          322,
          323,
          EXTRA_SAMPLES,
          SAMPLE_FORMAT);

  private final Map<Integer, Integer> places = new HashMap<>();
  private final Map<Integer, List<Long>> numbers = new HashMap<>();
  private Optional<ByteRange> xmp = Optional.empty();
  private boolean isWhole = true;

  /** Where the file says where its next directory lies. */
  private Optional<ByteRange> next = Optional.empty();

  private TiffTags() {}

  /** Reads the first directory; there are no tags where it is broken. */
  static TiffTags of(byte[] tiff) {
    TiffTags tags = new TiffTags();
    if (tiff.length >= 8) {
      ByteOrder order = tiff[0] == 'I' ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN;
      ByteBuffer bytes = ByteBuffer.wrap(tiff).order(order);
      tags.read(bytes, bytes.getShort(2) == 43);
    }
    return tags;
  }

  private void read(ByteBuffer bytes, boolean big) {
    long start = number(bytes, big ? 8 : 4, big ? 8 : 4);
    long count = number(bytes, start, big ? 8 : 2);
    int length = big ? 20 : 12;
    for (long i = 0; i < Math.min(count, MOST_FIELDS); i++) {
      field(bytes, start + (big ? 8 : 2) + i * length, big);
    }
    long end = start + (big ? 8 : 2) + count * length;
    if (start > 0 && count > 0 && end > 0 && end <= bytes.limit() - (big ? 8 : 4)) {
      next = Optional.of(new ByteRange((int) end, big ? 8 : 4));
    }
  }

  private void field(ByteBuffer bytes, long at, boolean big) {
    int tag = (int) number(bytes, at, 2);
    int type = (int) number(bytes, at + 2, 2);
    int size = sizeOf(type);
    isWhole &= size > 0 || !WHOLE.contains(tag);
    long count = number(bytes, at + 4, big ? 8 : 4);
    if (tag < 0 || size == 0 || count < 1 || count > bytes.limit()) {
      return;
    }
    long own = at + (big ? 12 : 8);
    long values = count * size <= (big ? 8 : 4) ? own : number(bytes, own, big ? 8 : 4);
    if (values < 0 || values + count * size > bytes.limit()) {
      return;
    }
    if (tag == XMP) {
      xmp = Optional.of(new ByteRange((int) values, (int) (count * size)));
    } else if (type != TEXT && type != UNDEFINED) {
      List<Long> read = new ArrayList<>();
      int most = tag == COLOR_MAP ? MOST_COLORS : MOST_NUMBERS;
      for (int i = 0; i < Math.min(count, most); i++) {
        read.add(number(bytes, values + (long) i * size, size));
      }
      if (numbers.putIfAbsent(tag, read) == null) {
        places.put(tag, (int) values);
      }
    }
  }

  /** Bytes, texts, short and long whole numbers; others do not matter here. */
  private static int sizeOf(int type) {
    return switch (type) {
      case 1, TEXT, 6, UNDEFINED -> 1;
      case 3, 8 -> 2;
      case 4, 9 -> 4;
      default -> 0;
    };
  }

  /** Returns an unsigned number; -1 where the file does not reach. */
  private static long number(ByteBuffer bytes, long at, int size) {
    if (at < 0 || at + size > bytes.limit()) {
      return -1;
    }
    int index = (int) at;
    return switch (size) {
      case 1 -> bytes.get(index) & 0xFF;
      case 2 -> bytes.getShort(index) & 0xFFFF;
      case 4 -> bytes.getInt(index) & 0xFFFFFFFFL;
      default -> bytes.getLong(index);
    };
  }

  /** Returns whether all that decides how the pixels lie in the file is given in whole numbers. */
  boolean isWhole() {
    return isWhole;
  }

  /** Returns the first number of a field. */
  Optional<Integer> first(int tag) {
    return all(tag).stream().findFirst();
  }

  /**
   * Returns a copy of the file that gives another first number in a field.
   *
   * @param number below 256
   * @throws java.util.NoSuchElementException if the field is not there
   */
  byte[] with(byte[] file, int tag, int number) {
    int place = Optional.ofNullable(places.get(tag)).orElseThrow();
    boolean small = file[0] == 'I';
    byte[] copy = file.clone();
    copy[place] = (byte) (small ? number : 0);
    copy[place + 1] = (byte) (small ? 0 : number);
    return copy;
  }

  /** Returns the numbers of a field, up to 16, or of a palette; none if it is not there. */
  List<Integer> all(int tag) {
    return numbers.getOrDefault(tag, List.of()).stream().map(Long::intValue).toList();
  }

  /**
   * Returns a file without the directories behind the first: the reader would look at all of them,
   * and there may be hundreds of thousands.
   */
  byte[] firstPicture(byte[] file) {
    if (next.isEmpty() || IntStream.range(0, next.get().length()).allMatch(i -> isZero(file, i))) {
      return file;
    }
    byte[] first = file.clone();
    int at = next.get().offset();
    Arrays.fill(first, at, at + next.get().length(), (byte) 0);
    return first;
  }

  private boolean isZero(byte[] file, int index) {
    return file[next.orElseThrow().offset() + index] == 0;
  }

  /** Returns where the XMP packet lies. */
  Optional<ByteRange> xmp() {
    return xmp;
  }
}
