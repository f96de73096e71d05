package org.finetune4j.feature.row;

import com.google.common.util.concurrent.Striped;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.concurrent.Semaphore;
import org.finetune4j.files.AtomicFiles;

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
  private static final int RECORDS_AT_ONCE = 1 << 12;
  private static final List<String> NAMES = List.of("rows.bin", "keys.bin");
  private static final Striped<Semaphore> IN_THIS_PROCESS = Striped.semaphore(64, 1);

  private final int columns;
  private final FileChannel rowChannel;
  private final FileChannel keyChannel;
  private final FileLock otherProcesses;
  private final Semaphore otherThreads;
  private final Map<RowKey, Integer> rowOf = new HashMap<>();
  private final RowChecks checks = new RowChecks();
  private final Path folder;

  private RowFile(
      Path folder,
      int columns,
      FileChannel rows,
      FileChannel keys,
      FileLock lock,
      Semaphore threads) {
    this.folder = folder;
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
   * @throws IOException if the folder cannot be written, unless the files are there and readable:
   *     then only {@link #append} fails
   */
  public static RowFile open(Path folder, int columns) throws IOException {
    Files.createDirectories(folder);
    Semaphore threads = IN_THIS_PROCESS.get(folder.toRealPath());
    threads.acquireUninterruptibly();
    List<FileChannel> channels = new ArrayList<>();
    try {
      boolean writable = openBoth(folder, channels);
      FileChannel keys = channels.get(1);
      FileLock lock = keys.lock(0, Long.MAX_VALUE, !writable);
      RowFile file = new RowFile(folder, columns, channels.get(0), keys, lock, threads);
      file.readKeys();
      if (writable) {
        file.forgetHalfWritten();
      }
      return file;
    } catch (IOException | RuntimeException e) {
      for (FileChannel channel : channels) {
        channel.close();
      }
      threads.release();
      throw e;
    }
  }

  /** Returns whether rows can be added; those that are there serve from a read-only disk too. */
  private static boolean openBoth(Path folder, List<FileChannel> channels) throws IOException {
    try {
      for (String name : NAMES) {
        Path path = folder.resolve(name);
        requireOwn(path);
        channels.add(
            FileChannel.open(
                path,
                StandardOpenOption.CREATE,
                StandardOpenOption.READ,
                StandardOpenOption.WRITE));
      }
      return true;
    } catch (FileSystemException e) {
      if (!NAMES.stream().allMatch(name -> Files.isReadable(folder.resolve(name)))) {
        throw e;
      }
      for (FileChannel channel : channels) {
        channel.close();
      }
      channels.clear();
      for (String name : NAMES) {
        channels.add(FileChannel.open(folder.resolve(name), StandardOpenOption.READ));
      }
      return false;
    }
  }

  /** Through a link, somebody else's file would be written. */
  private static void requireOwn(Path path) throws IOException {
    if (Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
      AtomicFiles.requireRegular(path, LinkOption.NOFOLLOW_LINKS);
    }
  }

  private void readKeys() throws IOException {
    long whole = Math.min(keyChannel.size() / RECORD, rowChannel.size() / rowBytes());
    if (whole > Integer.MAX_VALUE) {
      throw new IOException("A cache has at most 2147483647 rows, not " + whole + ".");
    }
    int count = (int) whole;
    ByteBuffer records =
        ByteBuffer.allocate(Math.min(count, RECORDS_AT_ONCE) * RECORD)
            .order(ByteOrder.LITTLE_ENDIAN);
    for (int first = 0; first < count; first += RECORDS_AT_ONCE) {
      int some = Math.min(RECORDS_AT_ONCE, count - first);
      readFully(keyChannel, records.clear().limit(some * RECORD), (long) first * RECORD);
      if (!addRecords(records, first, some) && some == RECORDS_AT_ONCE) {
        return;
      }
    }
  }

  /**
   * Adds records, unless none of them is whole: a kill damages the last few, and a file of zeros
   * without end is none of ours.
   */
  private boolean addRecords(ByteBuffer records, int first, int count) {
    int[] checksums = new int[count];
    boolean some = false;
    for (int i = 0; i < count; i++) {
      int expected = RowChecks.of(records.slice(i * RECORD, RECORD - Integer.BYTES));
      RowKey key = RowKey.read(records);
      checksums[i] = records.getInt();
      if (records.getInt() == expected) {
        rowOf.put(key, first + i);
        some = true;
      }
    }
    for (int i = 0; some && i < count; i++) {
      checks.add(checksums[i], false);
    }
    return some;
  }

  private void forgetHalfWritten() throws IOException {
    keyChannel.truncate((long) checks.count() * RECORD);
    rowChannel.truncate(checks.count() * rowBytes());
  }

  /**
   * Returns the number of the row with this key, if it is there and undamaged. The row is read to
   * find that out.
   */
  public OptionalInt find(RowKey key) throws IOException {
    OptionalInt row = locate(key);
    if (row.isPresent()) {
      ByteBuffer bytes = ByteBuffer.allocate(Math.toIntExact(rowBytes()));
      readFully(rowChannel, bytes, row.getAsInt() * rowBytes());
      return checks.fits(row.getAsInt(), bytes, 0, bytes.capacity()) ? row : OptionalInt.empty();
    }
    return row;
  }

  /**
   * Returns the number of the row with this key, if it is there. It is not read before somebody
   * reads it from {@link #rows}, who finds out whether it is undamaged.
   */
  public OptionalInt locate(RowKey key) {
    Integer row = rowOf.get(key);
    return row == null ? OptionalInt.empty() : OptionalInt.of(row);
  }

  /** Returns how many bytes all rows take. */
  public long bytes() {
    return checks.count() * rowBytes();
  }

  /** Returns whether nothing can be added. */
  boolean isReadOnly() {
    return otherProcesses.isShared();
  }

  /**
   * Adds rows. When it returns, they are on the disk.
   *
   * @param keys one key per row
   * @param values the rows, one behind the other; read from its position on, which stays
   * @throws IOException if they cannot be written; then none of them counts
   */
  public void append(List<RowKey> keys, FloatBuffer values) throws IOException {
    if (isReadOnly()) {
      throw new IOException("Nothing can be written into the cache in " + folder + ".");
    }
    ByteBuffer rows =
        ByteBuffer.allocate(Math.multiplyExact(keys.size(), Math.toIntExact(rowBytes())))
            .order(ByteOrder.LITTLE_ENDIAN);
    rows.asFloatBuffer().put(values.slice(values.position(), keys.size() * columns));
    ByteBuffer records = ByteBuffer.allocate(keys.size() * RECORD).order(ByteOrder.LITTLE_ENDIAN);
    int count = checks.count();
    int[] checksums = new int[keys.size()];
    for (int i = 0; i < keys.size(); i++) {
      keys.get(i).write(records);
      int bytes = Math.toIntExact(rowBytes());
      checksums[i] = RowChecks.of(rows.slice(i * bytes, bytes));
      records.putInt(checksums[i]);
      records.putInt(RowChecks.of(records.slice(i * RECORD, RECORD - Integer.BYTES)));
    }
    writeFully(rowChannel, rows, count * rowBytes());
    rowChannel.force(false);
    writeFully(keyChannel, records.flip(), (long) count * RECORD);
    keyChannel.force(false);
    for (int i = 0; i < keys.size(); i++) {
      checks.add(checksums[i], true);
      rowOf.put(keys.get(i), count + i);
    }
  }

  /** Returns the rows that are there now, mapped into memory. */
  public Rows rows() throws IOException {
    return MappedRows.map(folder, rowChannel, columns, checks.snapshot());
  }

  private long rowBytes() {
    return (long) columns * Float.BYTES;
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
