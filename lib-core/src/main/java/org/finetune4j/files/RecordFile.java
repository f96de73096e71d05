package org.finetune4j.files;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.CRC32C;

/**
 * Records one behind the other: length (8 bytes, little-endian), its check (4), the record, its
 * check (4).
 */
public final class RecordFile {
  private static final int HEAD = 12;
  private static final int CHECK = 4;
  private static final int BUFFER = 1 << 18;
  private static final int PIECE = 1 << 20;
  private static final int MASK = 0xA282EAD8;

  /** Takes a record and where its bytes begin. */
  @FunctionalInterface
  public interface Receiver {
    /** Takes one; offset is where its bytes begin. */
    void accept(long offset, byte[] record) throws IOException;
  }

  private RecordFile() {}

  /**
   * Reads all records.
   *
   * @throws IOException if the file is cut or a check is wrong; the message names the offset
   */
  public static void read(Path file, Receiver receiver) throws IOException {
    AtomicFiles.requireRegular(file);
    long size = Files.size(file);
    long at = 0;
    try (InputStream in = new BufferedInputStream(Files.newInputStream(file), BUFFER)) {
      while (at < size) {
        byte[] start = in.readNBytes(HEAD);
        ByteBuffer head = little(start);
        if (start.length < HEAD) {
          throw damaged(file, at, "it ends within the length of a record");
        }
        long length = head.getLong(0);
        if (head.getInt(Long.BYTES) != masked(start, 0, Long.BYTES)) {
          throw damaged(file, at, at == 0 ? notOne(head) : "the check of a length is wrong");
        }
        if (length < 0 || length > Math.min(size - at - HEAD - CHECK, Integer.MAX_VALUE - 8)) {
          throw damaged(file, at, "a record of " + length + " bytes goes beyond its end");
        }
        byte[] record = in.readNBytes((int) length);
        byte[] check = in.readNBytes(CHECK);
        requireWhole(file, at, record, (int) length, check);
        receiver.accept(at + HEAD, record);
        at += HEAD + length + CHECK;
      }
    }
  }

  /** Reads one record again. */
  public static byte[] read(Path file, long offset, int length) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(length + CHECK);
    try (SeekableByteChannel channel = Files.newByteChannel(file)) {
      channel.position(offset);
      int count = 0;
      while (count >= 0 && bytes.position() < bytes.capacity()) {
        // A channel keeps a buffer as large as the largest piece, for each thread.
        bytes.limit(Math.min(bytes.capacity(), bytes.position() + PIECE));
        count = channel.read(bytes);
      }
    }
    byte[] record = new byte[length];
    byte[] check = new byte[CHECK];
    if (bytes.position() < bytes.capacity()) {
      throw damaged(file, offset - HEAD, "it has become shorter");
    }
    bytes.flip().get(record).get(check);
    requireWhole(file, offset - HEAD, record, length, check);
    return record;
  }

  /** Writes a record behind those before it. */
  public static void write(OutputStream out, byte[] record) throws IOException {
    byte[] head = new byte[HEAD];
    ByteBuffer fields = little(head).putLong(record.length);
    fields.putInt(masked(head, 0, Long.BYTES));
    byte[] check = new byte[CHECK];
    little(check).putInt(masked(record, 0, record.length));
    out.write(head);
    out.write(record);
    out.write(check);
  }

  private static void requireWhole(Path file, long at, byte[] record, int length, byte[] check)
      throws IOException {
    if (record.length < length || check.length < CHECK) {
      throw damaged(file, at, "it ends within a record");
    }
    if (little(check).getInt() != masked(record, 0, length)) {
      throw damaged(file, at, "the check (CRC-32C) of a record is wrong");
    }
  }

  private static String notOne(ByteBuffer head) {
    boolean gzip = head.get(0) == 0x1F && head.get(1) == (byte) 0x8B;
    return gzip
        ? "it is compressed (GZIP), so that no record can be found by its place. Write it without"
            + " compression: gunzip"
        : "it is no TFRecord file";
  }

  private static IOException damaged(Path file, long at, String what) {
    return new IOException(file + " is damaged at byte " + at + ": " + what + ".");
  }

  private static ByteBuffer little(byte[] bytes) {
    return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }

  private static int masked(byte[] bytes, int from, int length) {
    CRC32C crc = new CRC32C();
    crc.update(bytes, from, length);
    return Integer.rotateRight((int) crc.getValue(), 15) + MASK;
  }
}
