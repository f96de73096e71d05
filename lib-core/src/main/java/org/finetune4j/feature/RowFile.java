package org.finetune4j.feature;

import com.google.common.util.concurrent.Striped;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.concurrent.Semaphore;
import java.util.zip.CRC32C;

/**
 * Rows of floats by key, in two files that only ever grow: {@code rows.bin} (little-endian floats)
 * and {@code keys.bin} (per row: key, checksum of the row, checksum of the record). A row counts
 * once its record is whole, and the record is written after the row, so a kill at any moment loses
 * at most the rows of the last {@link #append}.
 *
 * <p>One writer at a time, in this and in other processes: {@link #open} waits for the others.
 * {@link #rows} stay readable after {@link #close}.
 */
public final class RowFile implements AutoCloseable {
  private static final int RECORD = RowKey.BYTES + 2 * Integer.BYTES;
  private static final Striped<Semaphore> IN_THIS_PROCESS = Striped.semaphore(64, 1);

  private final int columns;
  private final FileChannel rowChannel;
  private final FileChannel keyChannel;
  private final FileLock otherProcesses;
  private final Semaphore otherThreads;
  private final Map<RowKey, Stored> rowOf = new HashMap<>();
  private int count;

  private record Stored(int row, int checksum) {}

  private RowFile(
      int columns, FileChannel rows, FileChannel keys, FileLock lock, Semaphore threads) {
    this.columns = columns;
    this.rowChannel = rows;
    this.keyChannel = keys;
    this.otherProcesses = lock;
    this.otherThreads = threads;
  }

  /**
   * Opens the rows in a folder, which is made if it is missing. Half-written rows are forgotten.
   *
   * @param folder holds rows of this one width and nothing else
   * @param columns floats in a row
   * @throws IOException if the folder cannot be written
   */
  public static RowFile open(Path folder, int columns) throws IOException {
    Files.createDirectories(folder);
    Semaphore threads = IN_THIS_PROCESS.get(folder.toRealPath());
    threads.acquireUninterruptibly();
    List<FileChannel> channels = new ArrayList<>();
    try {
      for (String name : List.of("rows.bin", "keys.bin")) {
        channels.add(
            FileChannel.open(
                folder.resolve(name),
                StandardOpenOption.CREATE,
                StandardOpenOption.READ,
                StandardOpenOption.WRITE));
      }
      FileChannel keys = channels.get(1);
      RowFile file = new RowFile(columns, channels.get(0), keys, keys.lock(), threads);
      file.readKeys();
      return file;
    } catch (IOException | RuntimeException e) {
      for (FileChannel channel : channels) {
        channel.close();
      }
      threads.release();
      throw e;
    }
  }

  private void readKeys() throws IOException {
    long whole = Math.min(keyChannel.size() / RECORD, rowChannel.size() / rowBytes());
    count = Math.toIntExact(whole);
    ByteBuffer records = ByteBuffer.allocate(count * RECORD).order(ByteOrder.LITTLE_ENDIAN);
    readFully(keyChannel, records, 0);
    for (int i = 0; i < count; i++) {
      int expected = checksum(records.slice(i * RECORD, RECORD - Integer.BYTES));
      RowKey key = RowKey.read(records);
      Stored stored = new Stored(i, records.getInt());
      if (records.getInt() == expected) {
        rowOf.put(key, stored);
      }
    }
    keyChannel.truncate((long) count * RECORD);
    rowChannel.truncate(count * rowBytes());
  }

  /**
   * Returns the number of the row with this key, if it is there and undamaged. The row is read to
   * find that out.
   */
  public OptionalInt find(RowKey key) throws IOException {
    Stored stored = rowOf.get(key);
    if (stored == null) {
      return OptionalInt.empty();
    }
    ByteBuffer row = ByteBuffer.allocate(Math.toIntExact(rowBytes()));
    readFully(rowChannel, row, stored.row * rowBytes());
    return checksum(row) == stored.checksum ? OptionalInt.of(stored.row) : OptionalInt.empty();
  }

  /**
   * Adds rows. When it returns, they are on the disk.
   *
   * @param keys one key per row
   * @param values the rows, one behind the other; read from its position on, which stays
   * @throws IOException if they cannot be written; then none of them counts
   */
  public void append(List<RowKey> keys, FloatBuffer values) throws IOException {
    ByteBuffer rows =
        ByteBuffer.allocate(Math.multiplyExact(keys.size(), Math.toIntExact(rowBytes())))
            .order(ByteOrder.LITTLE_ENDIAN);
    rows.asFloatBuffer().put(values.slice(values.position(), keys.size() * columns));
    ByteBuffer records = ByteBuffer.allocate(keys.size() * RECORD).order(ByteOrder.LITTLE_ENDIAN);
    Map<RowKey, Stored> written = new HashMap<>();
    for (int i = 0; i < keys.size(); i++) {
      keys.get(i).write(records);
      int bytes = Math.toIntExact(rowBytes());
      Stored stored = new Stored(count + i, checksum(rows.slice(i * bytes, bytes)));
      written.put(keys.get(i), stored);
      records.putInt(stored.checksum);
      records.putInt(checksum(records.slice(i * RECORD, RECORD - Integer.BYTES)));
    }
    writeFully(rowChannel, rows, count * rowBytes());
    rowChannel.force(false);
    writeFully(keyChannel, records.flip(), (long) count * RECORD);
    keyChannel.force(false);
    count += keys.size();
    rowOf.putAll(written);
  }

  /** Returns the rows that are there now, mapped into memory. */
  public Rows rows() throws IOException {
    return MappedRows.map(rowChannel, columns, count);
  }

  private long rowBytes() {
    return (long) columns * Float.BYTES;
  }

  private static int checksum(ByteBuffer bytes) {
    CRC32C checksum = new CRC32C();
    checksum.update(bytes);
    return (int) checksum.getValue();
  }

  private static void readFully(FileChannel channel, ByteBuffer target, long position)
      throws IOException {
    int start = target.position();
    while (target.hasRemaining()) {
      if (channel.read(target, position + target.position() - start) < 0) {
        throw new IOException("The file became shorter while it was read.");
      }
    }
    target.position(start);
  }

  private static void writeFully(FileChannel channel, ByteBuffer source, long position)
      throws IOException {
    long at = position;
    while (source.hasRemaining()) {
      at += channel.write(source, at);
    }
  }

  /** Lets others write. */
  @Override
  public void close() throws IOException {
    try {
      otherProcesses.release();
      rowChannel.close();
      keyChannel.close();
    } finally {
      otherThreads.release();
    }
  }
}
