package org.finetune4j.quantize;

import org.finetune4j.model.ImageTagger;

/**
 * A tagger in eight bits, and what that cost.
 *
 * @param tagger an ordinary tagger; the caller closes it
 * @param report as measured, also kept in the tagger's file
 */
public record QuantizedTagger(ImageTagger tagger, QuantizationReport report) {}
