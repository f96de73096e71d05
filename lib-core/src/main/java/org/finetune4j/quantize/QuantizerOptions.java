package org.finetune4j.quantize;

import java.util.function.LongSupplier;
import org.finetune4j.backbone.CalibrationRule;
import org.finetune4j.picture.ImageDecoder;

/**
 * What a {@link Quantizer} was told.
 *
 * @param rule how ranges follow from activations
 * @param largestLoss in points
 * @param guarded whether a larger loss is refused
 * @param largestKernelLevel 127 or 63
 * @param slowerAllowed whether what gains nothing is handed out
 * @param clock in nanoseconds
 * @param decoder reads pictures
 */
record QuantizerOptions(
    CalibrationRule rule,
    double largestLoss,
    boolean guarded,
    int largestKernelLevel,
    boolean slowerAllowed,
    LongSupplier clock,
    ImageDecoder decoder) {}
