package org.finetune4j.feature;

import com.google.common.hash.Hashing;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.finetune4j.backbone.PretrainedBackbone;
import org.finetune4j.data.ImageDataset;
import org.finetune4j.data.LabeledImage;
import org.finetune4j.data.Unreadable;
import org.finetune4j.feature.pixel.ImagePipeline;
import org.finetune4j.feature.pixel.PixelBatch;
import org.finetune4j.feature.pixel.PixelBatches;
import org.finetune4j.feature.row.FeatureCache;
import org.finetune4j.image.Image;
import org.finetune4j.network.GlobalPooling;
import org.finetune4j.network.Layer;
import org.finetune4j.network.Network;
import org.finetune4j.network.PoolingType;
import org.finetune4j.network.Shape;
import org.finetune4j.network.TokenGrid;
import org.finetune4j.network.TokenPooling;
import org.finetune4j.network.TokenPooling.Value;
import org.finetune4j.picture.ImageDecoder;
import org.finetune4j.pipeline.Prefetch;
import org.finetune4j.progress.Progress;

/**
 * Turns pictures into deep features: the activations of one layer of a frozen backbone, pooled or
 * not. Immutable and thread-safe; it borrows the backbone's sessions and is of no use once the
 * backbone is closed.
 *
 * <pre>{@code
 * FeatureExtractor extractor =
 *     FeatureExtractor.builder(backbone).pooling(Pooling.AVG).cache(Path.of("features")).build();
 * FeatureSet train = extractor.extract(split.train());
 * }</pre>
 */
public final class FeatureExtractor {
  /** The name of the pooling that is put behind the layer. */
  static final String POOLING_LAYER = "head_pool";

  private final PretrainedBackbone backbone;
  private final String layer;
  private final Pooling pooling;
  private final int batchSize;
  private final Optional<FeatureCache> cache;
  private final ImageDecoder decoder;
  private final Progress progress;
  private final Unreadable unreadable;
  private final Network network;
  private final PixelBatches batches;

  private FeatureExtractor(Builder builder, Pooling pooling, Network network) {
    this.backbone = builder.backbone;
    this.layer = builder.layer;
    this.pooling = pooling;
    this.batchSize = builder.batchSize;
    this.cache = builder.cache;
    this.progress = builder.progress;
    this.unreadable = builder.unreadable;
    this.network = network;
    this.batches = new PixelBatches(backbone.preprocessing(), network);
    this.decoder = batches.decoder(builder.decoder);
  }

  /** Starts an extractor of a backbone's features; by default its last map or tokens, pooled. */
  public static Builder builder(PretrainedBackbone backbone) {
    return new Builder(backbone);
  }

  /**
   * Starts an extractor of the features that the head of a network reads; for other packages of the
   * library.
   *
   * @param backbone without that head
   * @param whole the backbone, perhaps a pooling, and a head
   */
  public static Builder builder(PretrainedBackbone backbone, Network whole) {
    Builder builder = new Builder(backbone).layer(backbone.network().output());
    if (!whole.contains(POOLING_LAYER)) {
      return builder.pooling(Pooling.NONE);
    }
    Layer pool = whole.layer(POOLING_LAYER);
    if (pool instanceof TokenPooling tokens) {
      return builder.pooling(Pooling.valueOf(tokens.value().name()));
    }
    boolean average = ((GlobalPooling) pool).pooling() == PoolingType.AVERAGE;
    return builder.pooling(average ? Pooling.AVG : Pooling.MAX);
  }

  /**
   * Extracts the features of all pictures of a data set.
   *
   * @param images read once; with a cache, only those that it lacks
   * @return rows in the data set's order, one value per channel or, without pooling, the whole map
   *     in channel, row, column order; where {@link Builder#unreadable} says so, without the
   *     pictures that cannot be read, which {@link FeatureSet#skipped} names
   * @throws IOException if a picture cannot be read and none may be skipped, if no picture at all
   *     can be read, or if the cache cannot be written
   * @throws IllegalStateException if the backbone is closed
   */
  public FeatureSet extract(ImageDataset images) throws IOException {
    return extract(images, index -> images.get(index).sha256(decoder));
  }

  /**
   * Extracts the features of pictures whose files were read before, so that those in the cache are
   * not read again; for other packages of the library.
   *
   * @param images as in {@link #extract(ImageDataset)}
   * @param sha256 gives {@link LabeledImage#sha256} of each picture, from several threads
   */
  public FeatureSet extract(ImageDataset images, Prefetch.Preparation<String> sha256)
      throws IOException {
    return new PictureRows(this, images, sha256).extract(cache, description());
  }

  /**
   * Runs some pictures of a data set through a piece of {@link #network}; for other packages of the
   * library.
   *
   * @param task what is said to the progress listener
   * @param images where the pictures are
   * @param chosen the numbers of those that are run
   * @param piece starts at the pixels
   * @param receiver gets the activations of batches of the chosen pictures, in order
   */
  public void run(
      String task,
      ImageDataset images,
      int[] chosen,
      Network piece,
      ImagePipeline.Receiver receiver)
      throws IOException {
    run(task, chosen.length, i -> images.get(chosen[i]).decode(decoder), piece, receiver);
  }

  /**
   * Runs pictures from anywhere through a piece of {@link #network}; for other packages of the
   * library.
   *
   * @param task what is said to the progress listener
   * @param count how many pictures
   * @param images gives each of them, from several threads
   * @param piece starts at the pixels
   * @param receiver gets the activations of batches, in order
   */
  public void run(
      String task,
      int count,
      PixelBatches.ImageSource images,
      Network piece,
      ImagePipeline.Receiver receiver)
      throws IOException {
    progress.at(task, 0, count, "images");
    new ImagePipeline((n, pixels) -> backbone.run(piece, n, pixels), batches, batchSize)
        .run(
            count,
            images,
            (first, samples, activations) -> {
              receiver.accept(first, samples, activations);
              progress.at(task, first + samples, count, "images");
            });
  }

  /** Returns a picture at the input size. */
  public Image fit(Image image) {
    return batches.fit(image);
  }

  /**
   * Extracts the features of one picture.
   *
   * @return one value per channel or, without pooling, the map in channel, row, column order
   * @throws IllegalStateException if the backbone is closed
   */
  public float[] extract(Image image) {
    try {
      PixelBatch batch = batches.prepare(1, index -> image);
      float[][] activations = backbone.run(network, 1, batch.pixels());
      batches.release(batch);
      return activations[0];
    } catch (IOException e) {
      throw new AssertionError("A picture in memory needs no reading.", e);
    }
  }

  /** Returns what runs: from pixels (RGB, 0 to 255) to features. */
  public Network network() {
    return network;
  }

  /** Returns the backbone. */
  public PretrainedBackbone backbone() {
    return backbone;
  }

  /** Returns the layer whose activations are the features. */
  public String layer() {
    return layer;
  }

  /** Returns what becomes of the layer's feature map. */
  public Pooling pooling() {
    return pooling;
  }

  /** Returns how pictures are read: with a reducing gap, no larger than they are needed. */
  public ImageDecoder decoder() {
    return decoder;
  }

  /** Returns where rows are kept, if anywhere. */
  public Optional<FeatureCache> cache() {
    return cache;
  }

  /** Returns what becomes of pictures that cannot be read. */
  public Unreadable unreadable() {
    return unreadable;
  }

  /** Returns how many pictures run at once. */
  public int batchSize() {
    return batchSize;
  }

  /** Returns who hears how far the work is. */
  public Progress progress() {
    return progress;
  }

  /** Returns the shape of the features of one picture. */
  public Shape shape() {
    return network.outputShape();
  }

  /**
   * Returns what decides the features, as one hash: weights, layer, pooling, preprocessing and
   * input size.
   */
  public String fingerprint() {
    return Hashing.sha256()
        .hashString(backbone.fingerprint() + "\n" + description(), StandardCharsets.UTF_8)
        .toString();
  }

  private String description() {
    return layer
        + ", pooling "
        + pooling
        + ", input "
        + backbone.inputSize()
        + ", preprocessing "
        + backbone.preprocessing().toJson();
  }

  /** Returns the options of this extractor, to derive another one of the same backbone. */
  public Builder toBuilder() {
    Builder builder = new Builder(backbone);
    builder.layer = layer;
    builder.pooling = Optional.of(pooling);
    builder.batchSize = batchSize;
    builder.cache = cache;
    builder.decoder = decoder;
    builder.progress = progress;
    builder.unreadable = unreadable;
    return builder;
  }

  /** Returns for example {@code FeatureExtractor[RESNET50, conv5_block3_out, AVG, 2048]}. */
  @Override
  public String toString() {
    return "FeatureExtractor["
        + backbone.name()
        + ", "
        + layer
        + ", "
        + pooling
        + ", "
        + shape()
        + "]";
  }

  /** Options of an extractor; not thread-safe. */
  public static final class Builder {
    private final PretrainedBackbone backbone;
    private String layer;
    private Optional<Pooling> pooling = Optional.empty();
    private int batchSize = 32;
    private Optional<FeatureCache> cache = Optional.empty();
    private ImageDecoder decoder = ImageDecoder.standard();
    private Progress progress = Progress.silent();
    private Unreadable unreadable = Unreadable.STOP;

    private Builder(PretrainedBackbone backbone) {
      this.backbone = backbone;
      this.layer = backbone.featureLayer();
    }

    /**
     * Sets the layer whose activations are the features; default is the last feature map.
     *
     * @throws IllegalArgumentException if there is no such layer
     */
    public Builder layer(String name) {
      this.layer = backbone.resolve(Objects.requireNonNull(name, "name"));
      return this;
    }

    /**
     * Sets what becomes of the layer's activation; default is {@link Pooling#AVG} for feature maps,
     * {@link Pooling#CLASS} for tokens, or their {@link Pooling#MEAN} where no class token is, and
     * {@link Pooling#NONE} for vectors.
     */
    public Builder pooling(Pooling newPooling) {
      this.pooling = Optional.of(Objects.requireNonNull(newPooling, "newPooling"));
      return this;
    }

    /**
     * Sets how many pictures run at once; default 32. More need more memory and are hardly faster.
     *
     * @throws IllegalArgumentException if it is below 1
     */
    public Builder batchSize(int pictures) {
      if (pictures < 1) {
        throw new IllegalArgumentException("A batch has at least 1 picture, not " + pictures + ".");
      }
      this.batchSize = pictures;
      return this;
    }

    /** Keeps features in a folder, where the next run finds them; default is not to. */
    public Builder cache(Path folder) {
      this.cache = Optional.of(new FeatureCache(Objects.requireNonNull(folder, "folder")));
      return this;
    }

    /** Sets how pictures are read; default {@link ImageDecoder#standard()}. */
    public Builder decoder(ImageDecoder newDecoder) {
      this.decoder = Objects.requireNonNull(newDecoder, "newDecoder");
      return this;
    }

    /**
     * Sets what becomes of {@link FeatureExtractor#extract(ImageDataset)} when a picture cannot be
     * read; default {@link Unreadable#STOP}.
     */
    public Builder unreadable(Unreadable policy) {
      this.unreadable = Objects.requireNonNull(policy, "policy");
      return this;
    }

    /** Sets who hears how far the extraction is; default nobody. */
    public Builder progress(Progress listener) {
      this.progress = Objects.requireNonNull(listener, "listener");
      return this;
    }

    /**
     * Returns the extractor.
     *
     * @throws IllegalArgumentException if the layer gives a vector and pooling is asked for, or one
     *     that does not fit feature maps or tokens
     */
    public FeatureExtractor build() {
      Network toLayer = backbone.pixelNetwork().upTo(layer);
      int prefix = TokenGrid.of(toLayer, layer).map(TokenGrid::prefix).orElse(0);
      Pooling chosen = pooling.orElseGet(() -> usual(toLayer.outputShape(), prefix));
      if (chosen == Pooling.NONE) {
        return new FeatureExtractor(this, chosen, toLayer);
      }
      List<Layer> layers = new ArrayList<>(toLayer.layers());
      layers.add(pool(chosen, toLayer.outputShape(), prefix));
      return new FeatureExtractor(this, chosen, new Network(layers, List.of(POOLING_LAYER)));
    }

    private static Pooling usual(Shape shape, int prefix) {
      if (shape.isVector()) {
        return Pooling.NONE;
      }
      return shape.isMap() ? Pooling.AVG : prefix > 0 ? Pooling.CLASS : Pooling.MEAN;
    }

    private Layer pool(Pooling chosen, Shape shape, int prefix) {
      Layer pool =
          switch (chosen) {
            case AVG -> new GlobalPooling(POOLING_LAYER, layer, PoolingType.AVERAGE, false);
            case MAX -> new GlobalPooling(POOLING_LAYER, layer, PoolingType.MAX, false);
            case CLASS -> new TokenPooling(POOLING_LAYER, layer, Value.CLASS, prefix);
            case MEAN -> new TokenPooling(POOLING_LAYER, layer, Value.MEAN, prefix);
            case CLASS_AND_MEAN ->
                new TokenPooling(POOLING_LAYER, layer, Value.CLASS_AND_MEAN, prefix);
            case CLASS_AND_DISTILLATION ->
                new TokenPooling(POOLING_LAYER, layer, Value.CLASS_AND_DISTILLATION, prefix);
            case NONE -> throw new AssertionError("NONE has no layer.");
          };
      boolean ofTokens = pool instanceof TokenPooling;
      if (shape.isVector() || ofTokens != shape.isTokens()) {
        throw new IllegalArgumentException(
            "Layer '" + layer + "' gives a " + kindOf(shape) + ", which " + wayOut(shape, chosen));
      }
      return pool;
    }

    private static String kindOf(Shape shape) {
      String kind = shape.isVector() ? "vector of " : shape.isTokens() ? "sequence of " : "map of ";
      return kind + shape;
    }

    private static String wayOut(Shape shape, Pooling chosen) {
      if (shape.isVector()) {
        return "cannot be pooled. Use Pooling.NONE.";
      }
      return "Pooling."
          + chosen
          + " does not fit. Use Pooling."
          + (shape.isTokens() ? "CLASS, MEAN, CLASS_AND_MEAN" : "AVG, MAX")
          + " or NONE.";
    }
  }
}
