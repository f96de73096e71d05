package org.finetune4j.feature;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.IntStream;
import org.finetune4j.data.ImageDataset;
import org.finetune4j.data.LabeledImage;
import org.finetune4j.data.PictureHashes;
import org.finetune4j.feature.pixel.StandIns;
import org.finetune4j.feature.row.FeatureCache;
import org.finetune4j.feature.row.RowKey;
import org.finetune4j.image.Image;
import org.finetune4j.pipeline.Prefetch;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The pictures of one data set on their way to rows, some of which may be unreadable. */
final class PictureRows {
  private static final Logger LOG = LoggerFactory.getLogger(PictureRows.class);
  private static final int HASHED_AHEAD = 64;

  private final FeatureExtractor extractor;
  private final ImageDataset images;
  private final Prefetch.Preparation<String> sha256;
  private final StandIns pictures;
  private final Map<Integer, RowKey> known = new ConcurrentHashMap<>();

  PictureRows(
      FeatureExtractor extractor, ImageDataset images, Prefetch.Preparation<String> sha256) {
    this.extractor = extractor;
    this.images = images;
    this.sha256 = sha256;
    this.pictures = new StandIns(this::decode, extractor.unreadable());
  }

  /** A row is never kept for other bytes than its key was taken from. */
  private Image decode(int index) throws IOException {
    RowKey key = known.get(index);
    LabeledImage picture = images.get(index);
    return key == null
        ? picture.decode(extractor.decoder())
        : PictureHashes.decode(picture, key.sha256().toString(), extractor.decoder());
  }

  /** Returns the features of those that can be read. */
  FeatureSet extract(Optional<FeatureCache> cache, String description) throws IOException {
    int columns = extractor.shape().elements();
    if (cache.isEmpty()) {
      int[] all = IntStream.range(0, images.size()).toArray();
      return set(all, FeatureCache.inMemory(columns, images.size(), computation(all)));
    }
    List<RowKey> keys = new ArrayList<>();
    int[] hashed = hash(keys);
    FeatureCache.Located located =
        cache.get().rows(description, extractor.fingerprint(), columns, keys, computation(hashed));
    copyReasons(hashed, keys);
    return set(hashed, located);
  }

  /** Returns the indices of pictures whose bytes can be read, and adds their keys. */
  private int[] hash(List<RowKey> keys) throws IOException {
    String task = "Looking features up";
    int count = images.size();
    int[] hashed = new int[count];
    int threads = Runtime.getRuntime().availableProcessors();
    extractor.progress().at(task, 0, count, "images");
    try (Prefetch<Optional<RowKey>> ahead =
        new Prefetch<>(count, HASHED_AHEAD, threads, this::key)) {
      for (int i = 0; ahead.hasNext(); i++) {
        Optional<RowKey> key = ahead.next();
        if (key.isPresent()) {
          hashed[keys.size()] = i;
          known.put(i, key.get());
          keys.add(key.get());
        }
        extractor.progress().at(task, i + 1L, count, "images");
      }
    }
    return Arrays.copyOf(hashed, keys.size());
  }

  private Optional<RowKey> key(int index) throws IOException {
    try {
      return Optional.of(RowKey.ofImage(sha256.prepare(index)));
    } catch (IOException e) {
      pictures.leaveOut(index, e);
      return Optional.empty();
    }
  }

  /**
   * Returns what computes rows.
   *
   * @param indices the picture behind each key
   */
  private FeatureCache.Computation computation(int[] indices) {
    return (missing, rows) ->
        extractor.run(
            "Extracting features",
            missing.length,
            i -> pictures.get(indices[missing[i]]),
            extractor.network(),
            (first, samples, activations) -> {
              int columns = activations[0].length / samples;
              int from = 0;
              for (int i = 0; i <= samples; i++) {
                boolean broken =
                    i < samples && pictures.reason(indices[missing[first + i]]).isPresent();
                if ((broken || i == samples) && i > from) {
                  rows.accept(
                      i - from,
                      from == 0
                          ? activations[0]
                          : Arrays.copyOfRange(activations[0], from * columns, i * columns));
                }
                if (broken) {
                  rows.skip();
                  from = i + 1;
                }
              }
            });
  }

  /** Of pictures with equal bytes only the first is tried. */
  private void copyReasons(int[] indices, List<RowKey> keys) {
    Map<RowKey, String> ofKey = new HashMap<>();
    for (int i = 0; i < indices.length; i++) {
      RowKey key = keys.get(i);
      pictures.reason(indices[i]).ifPresent(reason -> ofKey.put(key, reason));
    }
    for (int i = 0; i < indices.length && !ofKey.isEmpty(); i++) {
      String reason = ofKey.get(keys.get(i));
      if (reason != null) {
        pictures.leaveOut(indices[i], reason);
      }
    }
  }

  private FeatureSet set(int[] indices, FeatureCache.Located located) throws IOException {
    List<SkippedPicture> skipped = new ArrayList<>();
    pictures
        .reasons()
        .forEach((i, reason) -> skipped.add(new SkippedPicture(i, images.get(i).name(), reason)));
    int[] rows = located.rowNumbers();
    int[] kept =
        IntStream.range(0, rows.length)
            .filter(i -> pictures.reason(indices[i]).isEmpty())
            .map(i -> indices[i])
            .toArray();
    pictures.warning(images.size(), i -> images.get(i).name()).ifPresent(LOG::warn);
    return new FeatureSet(
        located.rows(),
        Arrays.stream(rows).filter(row -> row >= 0).toArray(),
        skipped.isEmpty() ? images.targets() : images.targets().subset(kept),
        extractor.shape(),
        Optional.of(extractor.fingerprint()),
        skipped);
  }
}
