/**
 * Internal. ONNX files of others: read as hostile, brought to one operator set, and, where every
 * operator has a counterpart, made a network.
 */
@NullMarked
package org.finetune4j.engine.onnx.read;

import org.jspecify.annotations.NullMarked;
