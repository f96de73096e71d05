package org.finetune4j.quantize;

import org.finetune4j.model.ImageClassifier;

/**
 * A classifier in eight bits, and what that cost.
 *
 * @param classifier an ordinary classifier; the caller closes it
 * @param report as measured, also kept in the classifier's file
 */
public record QuantizedClassifier(ImageClassifier classifier, QuantizationReport report) {}
