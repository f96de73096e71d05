package org.finetune4j.network;

/**
 * What somebody does with each kind of layer: an engine, the saved form, the bridge. A new kind of
 * layer adds a method here, and the compiler then names every place that must learn of it.
 *
 * @param <R> the answer
 */
public interface LayerVisitor<R> {
  /** Returns the answer for such a layer. */
  R visit(Input layer);

  /** Returns the answer for such a layer. */
  R visit(Convolution layer);

  /** Returns the answer for such a layer. */
  R visit(DepthwiseConvolution layer);

  /** Returns the answer for such a layer. */
  R visit(SeparableConvolution layer);

  /** Returns the answer for such a layer. */
  R visit(Dense layer);

  /** Returns the answer for such a layer. */
  R visit(BatchNormalization layer);

  /** Returns the answer for such a layer. */
  R visit(LayerNormalization layer);

  /** Returns the answer for such a layer. */
  R visit(LayerScale layer);

  /** Returns the answer for such a layer. */
  R visit(GlobalResponseNormalization layer);

  /** Returns the answer for such a layer. */
  R visit(Normalization layer);

  /** Returns the answer for such a layer. */
  R visit(Rescale layer);

  /** Returns the answer for such a layer. */
  R visit(ReverseChannels layer);

  /** Returns the answer for such a layer. */
  R visit(ActivationLayer layer);

  /** Returns the answer for such a layer. */
  R visit(Pooling layer);

  /** Returns the answer for such a layer. */
  R visit(GlobalPooling layer);

  /** Returns the answer for such a layer. */
  R visit(PatchEmbedding layer);

  /** Returns the answer for such a layer. */
  R visit(LearnedTokens layer);

  /** Returns the answer for such a layer. */
  R visit(PositionEmbedding layer);

  /** Returns the answer for such a layer. */
  R visit(MultiHeadAttention layer);

  /** Returns the answer for such a layer. */
  R visit(TokenPooling layer);

  /** Returns the answer for such a layer. */
  R visit(ZeroPadding layer);

  /** Returns the answer for such a layer. */
  R visit(Cropping layer);

  /** Returns the answer for such a layer. */
  R visit(Resizing layer);

  /** Returns the answer for such a layer. */
  R visit(Flatten layer);

  /** Returns the answer for such a layer. */
  R visit(Reshape layer);

  /** Returns the answer for such a layer. */
  R visit(Dropout layer);

  /** Returns the answer for such a layer. */
  R visit(FrozenGraph layer);

  /** Returns the answer for such a layer. */
  R visit(NearestNeighbors layer);

  /** Returns the answer for such a layer. */
  R visit(Add layer);

  /** Returns the answer for such a layer. */
  R visit(Multiply layer);

  /** Returns the answer for such a layer. */
  R visit(Concatenate layer);
}
