package org.finetune4j.quantize;

import java.util.List;

/**
 * What the ranges of a model in eight bits come from.
 *
 * @param pictures how many
 * @param warnings what is wrong with them
 */
record CalibrationSummary(int pictures, List<String> warnings) {}
