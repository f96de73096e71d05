package org.finetune4j.quantize;

import org.finetune4j.model.ImageModel;

/**
 * A model in eight bits, and what that cost.
 *
 * @param <M> classifier, tagger or regressor
 * @param model an ordinary one; the caller closes it
 * @param report as measured, also kept in the model's file
 */
public record Quantized<M extends ImageModel<?, M>>(M model, QuantizationReport report) {}
