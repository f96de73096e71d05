package org.finetune4j.weights.format;

import io.jhdf.api.dataset.ChunkedDataset;
import io.jhdf.filter.PipelineFilterWithData;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/** Looks at the chunks of a data set before jHDF makes room for whatever they claim. */
final class Chunks {
  private static final int DEFLATE = 1;
  private static final int LZF = 32000;
  private static final long MOST = 1 << 18;
  private static final long ALWAYS_ALLOWED = 1 << 20;

  private Chunks() {}

  /**
   * Refuses chunks that are larger than the whole, too many, or longer than they say.
   *
   * @param bytes of the whole
   */
  static void require(ChunkedDataset dataset, long bytes, String path) throws IOException {
    int[] chunk = dataset.getChunkDimensions();
    int[] shape = dataset.getDimensions();
    long chunkBytes = dataset.getDataType().getSize();
    long count = 1;
    for (int axis = 0; axis < shape.length; axis++) {
      if (chunk[axis] < 1) {
        throw new IOException("'" + path + "' has chunks without a size");
      }
      chunkBytes = Math.multiplyExact(chunkBytes, (long) chunk[axis]);
      count = Math.multiplyExact(count, (shape[axis] + chunk[axis] - 1L) / chunk[axis]);
    }
    if (chunkBytes > Math.max(ALWAYS_ALLOWED, 4 * bytes) || count > MOST) {
      throw new IOException(
          "'" + path + "' has " + count + " chunks of " + chunkBytes + " bytes each");
    }
    List<PipelineFilterWithData> filters = dataset.getFilters();
    for (PipelineFilterWithData filter : filters) {
      int[] data = filter.getFilterData();
      if (filter.getId() == LZF && data.length > 2 && data[2] != chunkBytes) {
        throw new IOException("'" + path + "' says that a chunk becomes " + data[2] + " bytes");
      }
    }
    if (!filters.isEmpty() && filters.get(filters.size() - 1).getId() == DEFLATE) {
      inflate(dataset, shape, chunk, chunkBytes, path);
    }
  }

  private static void inflate(
      ChunkedDataset dataset, int[] shape, int[] chunk, long chunkBytes, String path)
      throws IOException {
    int[] at = new int[shape.length];
    while (true) {
      requireLength(dataset.getRawChunkBuffer(at.clone()), chunkBytes, path);
      int axis = shape.length - 1;
      while (axis >= 0 && (long) at[axis] + chunk[axis] >= shape[axis]) {
        at[axis--] = 0;
      }
      if (axis < 0) {
        return;
      }
      at[axis] += chunk[axis];
    }
  }

  private static void requireLength(ByteBuffer stored, long longest, String path)
      throws IOException {
    Inflater inflater = new Inflater();
    byte[] part = new byte[1 << 13];
    try {
      inflater.setInput(stored);
      long length = 0;
      int count = 1;
      while (count > 0) {
        count = inflater.inflate(part);
        length += count;
        if (length > longest + Integer.BYTES) { // a checksum may follow the numbers
          throw new IOException("'" + path + "' has a chunk that inflates beyond its size");
        }
      }
    } catch (DataFormatException e) {
      throw new IOException("'" + path + "' has a damaged chunk", e);
    } finally {
      inflater.end();
    }
  }
}
