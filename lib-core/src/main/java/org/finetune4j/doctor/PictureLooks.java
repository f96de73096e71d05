package org.finetune4j.doctor;

import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.finetune4j.data.ImageDataset;
import org.finetune4j.feature.row.FeatureCache;
import org.finetune4j.feature.row.RowKey;
import org.finetune4j.picture.ImageDecoder;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the pixels of pictures say, or why they are none. With a cache, pictures are decoded once;
 * later their bytes are read only to see which pictures they are.
 */
final class PictureLooks {
  private static final Logger LOG = LoggerFactory.getLogger(PictureLooks.class);

  /** Changes when the same bytes would give another look. */
  private static final String VERSION = "looks of pictures, version 1";

  /** Pictures whose looks are stored together. */
  private static final int TOGETHER = 512;

  private final ImageDataset pictures;
  private final ImageDecoder decoder;

  private PictureLooks(ImageDataset pictures, ImageDecoder decoder) {
    this.pictures = pictures;
    this.decoder = decoder;
  }

  /** What one picture is, or why it is none. */
  record Looked(Optional<PictureLook> look, String error) {
    private static Looked at(PictureLook look) {
      return new Looked(Optional.of(look), "");
    }
  }

  /**
   * Looks at pictures.
   *
   * @param decoder where it is not the standard one, whose limits and pixels are always the same,
   *     nothing is kept
   * @param cache where looks are kept; if nothing can be written there, none is
   */
  static List<Looked> of(
      ImageDataset pictures, ImageDecoder decoder, Optional<FeatureCache> cache) {
    PictureLooks looks = new PictureLooks(pictures, decoder);
    if (cache.isPresent() && decoder == ImageDecoder.standard()) {
      try {
        return looks.kept(cache.get());
      } catch (IOException e) {
        LOG.warn("What the pixels of pictures say is not kept: {}", e.getMessage());
      }
    }
    return IntStream.range(0, pictures.size()).parallel().mapToObj(looks::at).toList();
  }

  private Looked at(int picture) {
    try {
      return Looked.at(PictureLook.of(pictures.get(picture), decoder));
    } catch (IOException e) {
      return new Looked(Optional.empty(), String.valueOf(e.getMessage()));
    }
  }

  private List<Looked> kept(FeatureCache cache) throws IOException {
    List<Optional<String>> hashes =
        IntStream.range(0, pictures.size()).parallel().mapToObj(this::hash).toList();
    int[] readable =
        IntStream.range(0, hashes.size()).filter(i -> hashes.get(i).isPresent()).toArray();
    List<RowKey> keys =
        Arrays.stream(readable).mapToObj(i -> key(i, hashes.get(i).orElseThrow())).toList();
    FeatureCache.Located located =
        cache.rows(
            "What the pixels of pictures say",
            VERSION,
            PictureLook.COLUMNS,
            keys,
            (missing, rows) -> {
              for (int first = 0; first < missing.length; first += TOGETHER) {
                int[] some =
                    Arrays.stream(missing)
                        .skip(first)
                        .limit(TOGETHER)
                        .map(i -> readable[i])
                        .toArray();
                look(some, hashes, rows);
              }
            });
    int[] rowOf = new int[hashes.size()];
    Arrays.fill(rowOf, -1);
    for (int i = 0; i < readable.length; i++) {
      rowOf[readable[i]] = located.rowOf().get(i);
    }
    return IntStream.range(0, rowOf.length)
        .parallel()
        .mapToObj(i -> rowOf[i] < 0 ? at(i) : read(hashes.get(i).orElseThrow(), located, rowOf[i]))
        .toList();
  }

  private Optional<String> hash(int picture) {
    try {
      return Optional.of(pictures.get(picture).sha256(decoder));
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  /** Only of a file is known whether it is turned. */
  private RowKey key(int picture, String sha256) {
    RowKey key = RowKey.ofImage(sha256);
    return pictures.get(picture).path().isPresent() ? key : key.view("no file", 0);
  }

  /** Looks at pictures; of those that are none or have changed since, no row is kept. */
  private void look(int[] some, List<Optional<String>> hashes, FeatureCache.Sink rows)
      throws IOException {
    List<Looked> looked = Arrays.stream(some).parallel().mapToObj(this::at).toList();
    for (int first = 0; first < some.length; ) {
      int end = first;
      float[] values = new float[(some.length - first) * PictureLook.COLUMNS];
      while (end < some.length && isOf(looked.get(end), hashes.get(some[end]))) {
        looked.get(end).look().orElseThrow().write(values, (end - first) * PictureLook.COLUMNS);
        end++;
      }
      if (end > first) {
        rows.accept(end - first, values);
      }
      if (end < some.length) {
        rows.skip();
        end++;
      }
      first = end;
    }
  }

  private static boolean isOf(Looked looked, Optional<String> hash) {
    return looked.look().map(PictureLook::sha256).equals(hash);
  }

  private static Looked read(String sha256, FeatureCache.Located located, int rowNumber) {
    float[] row = new float[PictureLook.COLUMNS];
    located.rows().read(rowNumber, row, 0);
    return Looked.at(PictureLook.read(sha256, row));
  }
}
