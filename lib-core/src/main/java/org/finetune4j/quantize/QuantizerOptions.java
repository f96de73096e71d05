package org.finetune4j.quantize;

import java.util.List;
import java.util.function.LongSupplier;
import org.finetune4j.backbone.CalibrationRule;
import org.finetune4j.picture.ImageDecoder;

/**
 * What a {@link Quantizer} was told.
 *
 * @param rules how ranges follow from activations, tried in order
 * @param largestLoss in points
 * @param guarded whether a larger loss is refused
 * @param largestKernelLevel 127 or 63
 * @param slowerAllowed whether what gains nothing is handed out
 * @param clock in nanoseconds
 * @param decoder reads pictures
 */
record QuantizerOptions(
    List<CalibrationRule> rules,
    double largestLoss,
    boolean guarded,
    int largestKernelLevel,
    boolean slowerAllowed,
    LongSupplier clock,
    ImageDecoder decoder) {}
