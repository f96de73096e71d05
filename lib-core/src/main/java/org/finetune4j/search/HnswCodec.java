package org.finetune4j.search;

import java.io.IOException;
import org.apache.lucene.codecs.KnnVectorsFormat;
import org.apache.lucene.codecs.KnnVectorsReader;
import org.apache.lucene.codecs.KnnVectorsWriter;
import org.apache.lucene.codecs.lucene912.Lucene912Codec;
import org.apache.lucene.codecs.lucene99.Lucene99HnswVectorsFormat;
import org.apache.lucene.index.SegmentReadState;
import org.apache.lucene.index.SegmentWriteState;

/**
 * Lucene's own files with a graph that is built faster than by default, and rows as long as
 * features are.
 */
final class HnswCodec extends Lucene912Codec {
  private static final int NEIGHBOURS = 16;

  /** How many near rows are looked at for each new one; Lucene's default is 100. */
  private static final int BREADTH = 60;

  /** Lucene stops at 1,024 by default; ResNet50's features are 2,048. */
  private static final int MOST_COLUMNS = 1 << 14;

  private final KnnVectorsFormat wide = new Wide();

  @Override
  public KnnVectorsFormat getKnnVectorsFormatForField(String field) {
    return wide;
  }

  /** Under the name of Lucene's format, since the files are the same. */
  private static final class Wide extends KnnVectorsFormat {
    private final KnnVectorsFormat lucene = new Lucene99HnswVectorsFormat(NEIGHBOURS, BREADTH);

    Wide() {
      super("Lucene99HnswVectorsFormat");
    }

    @Override
    public KnnVectorsWriter fieldsWriter(SegmentWriteState state) throws IOException {
      return lucene.fieldsWriter(state);
    }

    @Override
    public KnnVectorsReader fieldsReader(SegmentReadState state) throws IOException {
      return lucene.fieldsReader(state);
    }

    @Override
    public int getMaxDimensions(String field) {
      return MOST_COLUMNS;
    }
  }
}
