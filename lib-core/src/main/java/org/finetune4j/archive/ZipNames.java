package org.finetune4j.archive;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashSet;
import java.util.Set;

/**
 * Looks at what a zip file says of its entries before the JDK makes a tree of their names: it keeps
 * the whole path of every folder, so that a name of 65,000 bytes may take a gigabyte.
 *
 * <p>Field names and sizes: PKWARE's APPNOTE, 4.3.12 to 4.3.16. Where several places may be the end
 * of the zip, each of their tables is looked at.
 */
final class ZipNames {
  private static final int END = 0x06054B50;
  private static final int END_LENGTH = 22;
  private static final int LONGEST_COMMENT = 65_535;
  private static final int LOCATOR = 0x07064B50;
  private static final int LOCATOR_LENGTH = 20;
  private static final int END_64 = 0x06064B50;
  private static final int END_64_LENGTH = 56;
  private static final int ENTRY = 0x02014B50;
  private static final int ENTRY_LENGTH = 46;

  /** Names of folders, and what is kept beside each. */
  private static final long MOST_OF_FOLDERS = 16 << 20;

  private static final int EACH_FOLDER = 100;

  /** As for files that gzip packed: pictures hardly shrink, zeros by a thousand times. */
  private static final int MOST_TIMES = 100;

  private static final long ALWAYS = 64 << 20;
  private static final int PIECE = 1 << 20;

  private final FileChannel zip;
  private final Set<Long> folders = new HashSet<>();
  private long folderBytes;

  private ZipNames(FileChannel zip) {
    this.zip = zip;
  }

  /**
   * Refuses a file whose entries would take far more memory than itself.
   *
   * @throws IOException if there are such; the message names the file and says why
   */
  static void check(Path file) throws IOException {
    try (FileChannel zip = FileChannel.open(file, StandardOpenOption.READ)) {
      new ZipNames(zip).checkTables();
    } catch (IOException e) {
      throw new IOException(file + " is not read: " + e.getMessage(), e);
    }
  }

  private void checkTables() throws IOException {
    long size = zip.size();
    long start = Math.max(0, size - END_LENGTH - LONGEST_COMMENT - LOCATOR_LENGTH);
    ByteBuffer tail = read(start, (int) (size - start));
    for (int at = 0; at + END_LENGTH <= tail.limit(); at++) {
      if (tail.getInt(at) != END) {
        continue;
      }
      long length = Integer.toUnsignedLong(tail.getInt(at + 12));
      checkTable(start + at - length, length);
      if (at >= LOCATOR_LENGTH && tail.getInt(at - LOCATOR_LENGTH) == LOCATOR) {
        checkTable64(tail.getLong(at - LOCATOR_LENGTH + 8));
      }
    }
  }

  private void checkTable64(long end) throws IOException {
    if (end >= 0 && end <= zip.size() - END_64_LENGTH) {
      ByteBuffer fields = read(end, END_64_LENGTH);
      if (fields.getInt(0) == END_64) {
        long length = fields.getLong(40);
        checkTable(end - length, length);
      }
    }
  }

  /** What is no table is for the reader to say so. */
  private void checkTable(long start, long length) throws IOException {
    if (start < 0 || length < 0 || length > Integer.MAX_VALUE || start > zip.size() - length) {
      return;
    }
    ByteBuffer table = read(start, (int) length);
    int at = 0;
    while (at + ENTRY_LENGTH <= table.limit() && table.getInt(at) == ENTRY) {
      int name = Short.toUnsignedInt(table.getShort(at + 28));
      int rest =
          Short.toUnsignedInt(table.getShort(at + 30))
              + Short.toUnsignedInt(table.getShort(at + 32));
      checkName(table, at + ENTRY_LENGTH, Math.min(name, table.limit() - at - ENTRY_LENGTH));
      long packed = Integer.toUnsignedLong(table.getInt(at + 20));
      long unpacked = Integer.toUnsignedLong(table.getInt(at + 24));
      if (unpacked > ALWAYS && unpacked / MOST_TIMES > packed) {
        throw new IOException(
            "it holds a file that unpacks to more than "
                + MOST_TIMES
                + " times its bytes, which no pictures do");
      }
      at += ENTRY_LENGTH + name + rest;
    }
  }

  private void checkName(ByteBuffer table, int start, int length) throws IOException {
    EntryNames.requireLength(length);
    int depth = 0;
    long hash = 0xCBF29CE484222325L; // FNV-1a
    for (int i = 0; i < length; i++) {
      byte letter = table.get(start + i);
      if (letter == 0) {
        throw new IOException("it holds a name with a zero byte, which no file has");
      }
      if (letter == '/') {
        depth++;
        folderBytes += folders.add(hash) ? i + EACH_FOLDER : 0;
      }
      hash = (hash ^ letter) * 0x100000001B3L;
    }
    EntryNames.requireDepth(depth);
    if (folderBytes > MOST_OF_FOLDERS) {
      throw new IOException("its " + folders.size() + " folders have too many and too long names");
    }
  }

  private ByteBuffer read(long offset, int length) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
    int count = 0;
    while (count >= 0 && bytes.position() < length) {
      bytes.limit(Math.min(length, bytes.position() + PIECE)); // channels keep as much beside it
      count = zip.read(bytes, offset + bytes.position());
    }
    return bytes.flip();
  }
}
