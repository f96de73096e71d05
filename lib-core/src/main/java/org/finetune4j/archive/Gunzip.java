package org.finetune4j.archive;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.Channels;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import org.apache.commons.compress.compressors.gzip.GzipCompressorInputStream;
import org.finetune4j.files.LimitedStream;

/** Unpacks what gzip packed, unless that is a bomb. */
final class Gunzip {
  /** Picture files hardly shrink, uncompressed ones by a few times; zeros by a thousand. */
  private static final int MOST_TIMES = 100;

  private static final long ALWAYS = 16 << 20;
  private static final int BUFFER = 1 << 16;

  private Gunzip() {}

  static void to(WritableByteChannel target, Path packed) throws IOException {
    long size = Files.size(packed);
    String bomb =
        String.format(
            Locale.ROOT,
            "it unpacks to more than %d times its %d bytes, which no pictures do",
            MOST_TIMES,
            size);
    try (InputStream in =
        new LimitedStream(
            GzipCompressorInputStream.builder()
                .setInputStream(new BufferedInputStream(Files.newInputStream(packed), BUFFER))
                .setDecompressConcatenated(true)
                .get(),
            Math.max(ALWAYS, Math.multiplyExact(size, MOST_TIMES)),
            bomb)) {
      in.transferTo(Channels.newOutputStream(target));
    } catch (EOFException e) {
      throw new IOException(packed + " cannot be unpacked by gzip: its end is missing", e);
    } catch (IOException e) {
      throw new IOException(packed + " cannot be unpacked by gzip: " + e.getMessage(), e);
    }
  }
}
