/**
 * Weight files as they are: Keras HDF5, TensorFlow.js layers format and safetensors, read into
 * named tensors in the file's own order and layout, before anything is matched to a network.
 *
 * <p>Whatever a file holds, reading it ends in a {@link org.finetune4j.weights.format.WeightFile}
 * or in an {@link java.io.IOException} that says what is wrong with it.
 */
@NullMarked
package org.finetune4j.weights.format;

import org.jspecify.annotations.NullMarked;
