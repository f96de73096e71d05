package org.finetune4j.quantize;

import org.finetune4j.model.ImageRegressor;

/**
 * A regressor in eight bits, and what that cost.
 *
 * @param regressor an ordinary regressor; the caller closes it
 * @param report as measured, also kept in the regressor's file
 */
public record QuantizedRegressor(ImageRegressor regressor, QuantizationReport report) {}
