/**
 * Internal. ONNX files as bytes: their protobuf read as hostile, tensors in them and beside them.
 */
@NullMarked
package org.finetune4j.engine.onnx.file;

import org.jspecify.annotations.NullMarked;
