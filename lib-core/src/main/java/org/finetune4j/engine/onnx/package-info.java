/** Internal. Networks as ONNX files, run by ONNX Runtime: what is frozen, and all prediction. */
@NullMarked
package org.finetune4j.engine.onnx;

import org.jspecify.annotations.NullMarked;
