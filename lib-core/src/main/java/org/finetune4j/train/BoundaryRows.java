package org.finetune4j.train;

import com.google.common.hash.Hashing;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.finetune4j.data.ImageDataset;
import org.finetune4j.data.LabeledImage;
import org.finetune4j.feature.FeatureCache;
import org.finetune4j.feature.FeatureExtractor;
import org.finetune4j.feature.RowKey;
import org.finetune4j.network.Network;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What crosses the cut between frozen trunk and trained tail, computed once for every picture and
 * kept: epochs then cost only the tail.
 */
final class BoundaryRows {
  private static final Logger LOG = LoggerFactory.getLogger(BoundaryRows.class);

  private final FeatureExtractor extractor;
  private final Network trunk;

  BoundaryRows(FeatureExtractor extractor, Network trunk) {
    this.extractor = extractor;
    this.trunk = trunk;
  }

  /** Returns the samples of a data set as the tail reads them. */
  SampleSource of(ImageDataset images, Network tail) throws IOException {
    int columns = trunk.outputs().stream().mapToInt(name -> trunk.shape(name).elements()).sum();
    LOG.info(
        String.format(
            Locale.ROOT,
            "Boundary activations of %d pictures: %.1f MB %s.",
            images.size(),
            images.size() * (double) columns * Float.BYTES / 1e6,
            extractor.cache().isPresent() ? "on disk" : "in memory"));
    FeatureCache.Located located = locate(images, columns);
    return new RowSource(
        located.rows(), new int[][] {located.rowNumbers()}, images.labelIndices(), tail);
  }

  private FeatureCache.Located locate(ImageDataset images, int columns) throws IOException {
    FeatureCache.Computation computation =
        (missing, rows) ->
            extractor.run(
                "Running the frozen layers",
                images,
                missing,
                trunk,
                (first, samples, activations) ->
                    rows.accept(samples, interleaved(activations, samples, columns)));
    Optional<FeatureCache> cache = extractor.cache();
    if (cache.isEmpty()) {
      return FeatureCache.inMemory(columns, images.size(), computation);
    }
    List<RowKey> keys = new ArrayList<>();
    for (LabeledImage image : images.images()) {
      keys.add(RowKey.ofImage(image.sha256()));
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
