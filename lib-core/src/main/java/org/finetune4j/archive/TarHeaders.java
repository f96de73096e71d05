package org.finetune4j.archive;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.commons.compress.archivers.tar.TarConstants;
import org.apache.commons.compress.archivers.tar.TarUtils;
import org.apache.commons.compress.utils.ArchiveUtils;

/**
 * Looks at the headers of a tar file that say more of the entry behind them (GNU's long names, the
 * extended headers of POSIX.1-2001) before commons-compress does: it reads them whole, whatever
 * their length, calls itself for each, and gives every entry all that global ones say.
 */
final class TarHeaders {
  static final int RECORD = 512;
  private static final int SIZE_AT = 124;
  private static final int KIND_AT = 156;

  /** Extended headers, those of Solaris among them. */
  private static final String PAX = "xX";

  /** With the global ones, and names of files and of what links lead to. */
  private static final String OF_THE_NEXT = PAX + "gLK";

  /** Names, times and attributes; programs write a few hundred bytes. */
  private static final int LARGEST = 64 << 10;

  private static final int MOST_KEYS = 100;
  private static final int MOST_GLOBAL_KEYS = 16;

  /** A name, the name that a link leads to, an extended header, a global one. */
  private static final int MOST_BEFORE_AN_ENTRY = 4;

  private static final Pattern LENGTH_AND_KEY = Pattern.compile("(\\d{1,5}) ([^=]+)=");
  private static final String SIZE = "size";

  private final SeekableByteChannel tar;
  private final long length;
  private int globalKeys;

  private TarHeaders(SeekableByteChannel tar) throws IOException {
    this.tar = tar;
    this.length = tar.size();
  }

  /**
   * Refuses what would take far more memory than the file. The channel is somewhere else then.
   *
   * @throws IOException if there is such, a file with holes or a damaged header
   */
  static void check(SeekableByteChannel tar) throws IOException {
    new TarHeaders(tar).checkAll();
  }

  private void checkAll() throws IOException {
    Map<String, String> extended = Map.of();
    int before = 0;
    long at = 0;
    while (length - at >= RECORD) {
      byte[] record = read(at, RECORD);
      if (ArchiveUtils.isArrayZero(record, RECORD)) {
        return;
      }
      at += RECORD;
      byte kind = record[KIND_AT];
      long size = TarUtils.parseOctalOrBinary(record, SIZE_AT, TarConstants.SIZELEN);
      if (OF_THE_NEXT.indexOf(kind) >= 0) {
        require(size >= 0 && size <= LARGEST, "of " + size + " bytes");
        require(++before <= MOST_BEFORE_AN_ENTRY, "upon others");
        if (PAX.indexOf(kind) >= 0) {
          require(extended.isEmpty(), "upon another");
          extended = keys(read(at, (int) size));
        } else if (kind == TarConstants.LF_PAX_GLOBAL_EXTENDED_HEADER) {
          Map<String, String> global = keys(read(at, (int) size));
          globalKeys += global.size();
          require(globalKeys <= MOST_GLOBAL_KEYS && !global.containsKey(SIZE), "for all files");
        }
      } else {
        requireNoHoles(kind, extended.keySet());
        size = Long.parseLong(extended.getOrDefault(SIZE, Long.toString(size)));
        extended = Map.of();
        before = 0;
      }
      if (size < 0 || size > length - at) {
        return; // for the reader to say so
      }
      at += (size + RECORD - 1) / RECORD * RECORD;
    }
  }

  private static void requireNoHoles(byte kind, Set<String> keys) throws IOException {
    if (kind == TarConstants.LF_GNUTYPE_SPARSE
        || keys.contains("SCHILY.realsize")
        || keys.stream().anyMatch(key -> key.startsWith("GNU.sparse."))) {
      throw new IOException("it holds a file with holes");
    }
  }

  private static void require(boolean sound, String which) throws IOException {
    if (!sound) {
      throw new IOException("it holds a header " + which + ", which no archiver writes");
    }
  }

  /** Records of the form {@code "length key=value\n"}; the length counts all of it. */
  private static Map<String, String> keys(byte[] content) throws IOException {
    String text = new String(content, StandardCharsets.ISO_8859_1);
    Map<String, String> keys = new HashMap<>();
    Matcher head = LENGTH_AND_KEY.matcher(text);
    int count = 0;
    for (int at = 0; at < text.length(); at = head.regionStart()) {
      require(head.region(at, text.length()).lookingAt(), "that is damaged");
      int end = at + Integer.parseInt(head.group(1));
      require(
          end > head.end() && end <= text.length() && text.charAt(end - 1) == '\n',
          "that is damaged");
      keys.put(head.group(2), text.substring(head.end(), end - 1));
      require(++count <= MOST_KEYS, "of more than " + MOST_KEYS + " keys");
      head.region(end, text.length());
    }
    return keys;
  }

  private byte[] read(long at, int count) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(count);
    tar.position(at);
    while (bytes.hasRemaining()) {
      if (tar.read(bytes) < 0) {
        throw new EOFException("its end is missing");
      }
    }
    return bytes.array();
  }
}
