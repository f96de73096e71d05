package org.finetune4j.finetune;

import com.google.common.hash.Hashing;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import org.finetune4j.data.ImageDataset;
import org.finetune4j.data.PictureHashes;
import org.finetune4j.feature.FeatureExtractor;
import org.finetune4j.feature.pixel.PixelBatches;
import org.finetune4j.feature.row.FeatureCache;
import org.finetune4j.feature.row.RowKey;
import org.finetune4j.image.Image;
import org.finetune4j.network.Network;
import org.finetune4j.optimize.Cancellation;
import org.finetune4j.text.Count;
import org.finetune4j.train.input.ImageViews;
import org.finetune4j.train.input.RowSource;
import org.finetune4j.train.input.SampleSource;
import org.finetune4j.train.log.TrainingListener;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What crosses the cut between frozen trunk and trained tail, computed once for every picture, or
 * every view of it, and kept: epochs then cost only the tail.
 */
final class BoundaryRows {
  private static final Logger LOG = LoggerFactory.getLogger(BoundaryRows.class);

  private final FeatureExtractor extractor;
  private final Network trunk;
  private final TrainingListener listener;
  private final Cancellation cancellation;
  private final PictureHashes hashes;
  private final int columns;

  /**
   * @param cancellation ends the computation after the current batch, with a {@link
   *     CancellationException}; what is on disk stays
   * @param hashes of the pictures of the run
   */
  BoundaryRows(
      FeatureExtractor extractor,
      Network trunk,
      TrainingListener listener,
      Cancellation cancellation,
      PictureHashes hashes) {
    this.extractor = extractor;
    this.trunk = trunk;
    this.listener = listener;
    this.cancellation = cancellation;
    this.hashes = hashes;
    this.columns = trunk.outputs().stream().mapToInt(name -> trunk.shape(name).elements()).sum();
  }

  /** Returns the samples of a data set as the tail reads them. */
  SampleSource of(ImageDataset images, Network tail) throws IOException {
    announce(images.size(), 1);
    List<RowKey> keys = new ArrayList<>();
    if (extractor.cache().isPresent()) {
      hashes.of(images).forEach(it -> keys.add(RowKey.ofImage(it)));
    }
    FeatureCache.Located located = locate(keys, images.size(), i -> decode(images, i));
    return new RowSource(
        located.rows(), new int[][] {located.rowNumbers()}, images.targets(), tail);
  }

  /**
   * Returns samples in several views, which the epochs read in turn: view v is what epoch v would
   * see without a cache.
   */
  SampleSource of(ImageViews pictures, int views, Network tail) throws IOException {
    ImageDataset images = pictures.images();
    int size = images.size();
    announce(size, views);
    List<RowKey> ofImages = new ArrayList<>();
    hashes.of(images).forEach(it -> ofImages.add(RowKey.ofImage(it)));
    List<RowKey> keys = new ArrayList<>();
    for (int view = 0; view < views; view++) {
      for (int sample = 0; sample < size; sample++) {
        keys.add(ofImages.get(sample).view(pictures.how(sample), view));
      }
    }
    FeatureCache.Located located =
        locate(keys, keys.size(), i -> pictures.view(i % size, i / size));
    int[] rowOf = located.rowNumbers();
    int[][] rowOfView = new int[views][];
    Arrays.setAll(rowOfView, view -> Arrays.copyOfRange(rowOf, view * size, (view + 1) * size));
    return new RowSource(located.rows(), rowOfView, images.targets(), tail);
  }

  /** A row is never kept for other bytes than it was computed from. */
  private Image decode(ImageDataset images, int index) throws IOException {
    return extractor.cache().isPresent()
        ? PictureHashes.decode(images.get(index), hashes.of(images).get(index), extractor.decoder())
        : images.get(index).decode(extractor.decoder());
  }

  private void announce(int pictures, int views) {
    long bytes = (long) pictures * views * columns * Float.BYTES;
    boolean onDisk = extractor.cache().isPresent();
    if (!onDisk && bytes > Runtime.getRuntime().maxMemory()) {
      throw new IllegalStateException(
          String.format(
              Locale.ROOT,
              "The activations before the trained layers take %.1f GB for %d pictures, more than the"
                  + " heap. Keep them on disk: FeatureExtractor.builder(backbone).cache(folder).",
              bytes / 1e9,
              pictures));
    }
    LOG.info(
        String.format(
            Locale.ROOT,
            "Kept for all epochs: what the frozen layers make of %s%s, %.1f MB %s.",
            Count.of(pictures, "picture"),
            views == 1 ? "" : " in " + views + " views each",
            bytes / 1e6,
            onDisk ? "on disk" : "in memory"));
    listener.boundaryCacheStarted(
        new TrainingListener.BoundaryCache(pictures, views, bytes, onDisk));
  }

  private FeatureCache.Located locate(
      List<RowKey> keys, int count, PixelBatches.ImageSource pictures) throws IOException {
    FeatureCache.Computation computation =
        (missing, rows) ->
            extractor.run(
                "Running the frozen layers",
                missing.length,
                i -> pictures.get(missing[i]),
                trunk,
                (first, samples, activations) -> {
                  rows.accept(samples, interleaved(activations, samples, columns));
                  if (cancellation.requested()) {
                    throw new CancellationException("Cancelled while the frozen layers ran.");
                  }
                });
    Optional<FeatureCache> cache = extractor.cache();
    if (cache.isEmpty()) {
      return FeatureCache.inMemory(columns, count, computation);
    }
    String about = "boundary " + trunk.outputs() + " of " + extractor;
    String fingerprint =
        Hashing.sha256()
            .hashString(extractor.fingerprint() + trunk.outputs(), StandardCharsets.UTF_8)
            .toString();
    return cache.get().rows(about, fingerprint, columns, keys, computation);
  }

  /** Puts the activations of one sample side by side. */
  private static float[] interleaved(float[][] activations, int samples, int columns) {
    if (activations.length == 1) {
      return activations[0];
    }
    float[] rows = new float[samples * columns];
    int offset = 0;
    for (float[] activation : activations) {
      int size = activation.length / samples;
      for (int i = 0; i < samples; i++) {
        System.arraycopy(activation, i * size, rows, i * columns + offset, size);
      }
      offset += size;
    }
    return rows;
  }
}
