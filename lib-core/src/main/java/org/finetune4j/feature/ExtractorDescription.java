package org.finetune4j.feature;

import java.io.IOException;
import java.io.Serial;
import java.io.Serializable;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Objects;
import org.finetune4j.backbone.Architecture;
import org.finetune4j.backbone.PretrainedBackbone;
import org.finetune4j.image.ImageSize;

/**
 * What is needed to make the same extractor in another process: everything but the weights, which
 * lie in a file there. An immutable, serialisable value of some hundred bytes, for clusters and job
 * queues.
 *
 * <pre>{@code
 * ExtractorDescription description =
 *     ExtractorDescription.of(Architecture.MOBILENET_V2, 0.35, extractor);
 * // elsewhere
 * FeatureExtractor same = description.open(Path.of("/shared/mobilenet.h5"), 1);
 * same.backbone().close();
 * }</pre>
 */
public final class ExtractorDescription implements Serializable {
  @Serial private static final long serialVersionUID = 1;

  private final Architecture architecture;
  private final double alpha;
  private final int width;
  private final int height;
  private final String layer;
  private final Pooling pooling;
  private final int batchSize;
  private final String fingerprint;

  private ExtractorDescription(Architecture architecture, double alpha, FeatureExtractor it) {
    this.architecture = architecture;
    this.alpha = alpha;
    this.width = it.backbone().inputSize().width();
    this.height = it.backbone().inputSize().height();
    this.layer = it.layer();
    this.pooling = it.pooling();
    this.batchSize = it.batchSize();
    this.fingerprint = it.fingerprint();
  }

  /**
   * Describes an extractor of published width; see {@link #of(Architecture, double,
   * FeatureExtractor)}.
   */
  public static ExtractorDescription of(Architecture architecture, FeatureExtractor extractor) {
    return of(architecture, 1, extractor);
  }

  /**
   * Describes an extractor. Its cache, its progress listener and its decoder are not part of it.
   *
   * @param architecture of its backbone
   * @param alpha how many times as wide as published it is
   * @param extractor of a backbone with its published preprocessing, in float32: {@link #open}
   *     refuses what comes out otherwise
   */
  public static ExtractorDescription of(
      Architecture architecture, double alpha, FeatureExtractor extractor) {
    return new ExtractorDescription(
        Objects.requireNonNull(architecture, "architecture"),
        alpha,
        Objects.requireNonNull(extractor, "extractor"));
  }

  /**
   * Makes the extractor. Whoever opens it closes its {@link FeatureExtractor#backbone}.
   *
   * @param weights the file of weights, as {@link
   *     org.finetune4j.backbone.BackboneBuilder#weights(Path)} takes it
   * @param threads how many share the work of one call; 1 where as many tasks as processors run
   *     side by side
   * @throws IOException if the weights cannot be read, do not fit, or are not those of the
   *     extractor that was described
   */
  public FeatureExtractor open(Path weights, int threads) throws IOException {
    PretrainedBackbone backbone =
        PretrainedBackbone.builder(architecture)
            .alpha(alpha)
            .inputSize(new ImageSize(width, height))
            .weights(Objects.requireNonNull(weights, "weights"))
            .threads(threads)
            .build();
    FeatureExtractor extractor =
        FeatureExtractor.builder(backbone)
            .layer(layer)
            .pooling(pooling)
            .batchSize(batchSize)
            .build();
    if (!extractor.fingerprint().equals(fingerprint)) {
      backbone.close();
      throw new IOException(
          String.format(
              Locale.ROOT,
              "%s gives other features than the extractor that was described (fingerprint %.12s,"
                  + " not %.12s): other weights, or a preprocessing of one's own.",
              weights,
              extractor.fingerprint(),
              fingerprint));
    }
    return extractor;
  }

  /** Returns {@link FeatureExtractor#fingerprint} of the extractor that was described. */
  public String fingerprint() {
    return fingerprint;
  }

  /** Returns for example {@code ExtractorDescription[RESNET50, conv5_block3_out, AVG]}. */
  @Override
  public String toString() {
    return "ExtractorDescription[" + architecture + ", " + layer + ", " + pooling + "]";
  }
}
