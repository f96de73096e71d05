package org.finetune4j.weights;

import com.google.common.util.concurrent.Striped;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.locks.Lock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Holds off other threads and other processes; the operating system frees it if this one dies. */
final class CacheLock implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(CacheLock.class);
  private static final long POLL_MILLIS = 100;

  /** File locks belong to the process: between its threads something else must decide. */
  private static final Striped<Lock> THREADS = Striped.lock(64);

  private final Lock thread;
  private final FileChannel channel;

  private CacheLock(Lock thread, FileChannel channel) {
    this.thread = thread;
    this.channel = channel;
  }

  static CacheLock acquire(Path file) throws IOException {
    Files.createDirectories(file.toAbsolutePath().getParent());
    Lock thread = THREADS.get(file.toAbsolutePath().normalize());
    try {
      thread.lockInterruptibly();
    } catch (InterruptedException e) {
      throw interrupted(file);
    }
    try {
      return new CacheLock(thread, lock(file));
    } catch (IOException | RuntimeException e) {
      thread.unlock();
      throw e;
    }
  }

  private static FileChannel lock(Path file) throws IOException {
    FileChannel channel =
        FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    try {
      boolean told = false;
      while (channel.tryLock() == null) {
        if (!told) {
          LOG.info("Waiting for another process that holds {}", file);
          told = true;
        }
        Thread.sleep(POLL_MILLIS);
      }
      return channel;
    } catch (InterruptedException e) {
      channel.close();
      throw interrupted(file);
    } catch (IOException | RuntimeException e) {
      channel.close();
      throw e;
    }
  }

  private static InterruptedIOException interrupted(Path file) {
    Thread.currentThread().interrupt();
    return new InterruptedIOException("interrupted while waiting for " + file);
  }

  @Override
  public void close() throws IOException {
    try {
      channel.close();
    } finally {
      thread.unlock();
    }
  }
}
