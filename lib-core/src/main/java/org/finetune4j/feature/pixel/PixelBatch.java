package org.finetune4j.feature.pixel;

import java.nio.FloatBuffer;

/**
 * Pictures as a network reads them.
 *
 * @param samples how many pictures
 * @param pixels red, green, blue planes of each (or a gray one), 0 to 255, at the front of an array
 */
public record PixelBatch(int samples, FloatBuffer pixels) {}
