/** Internal. Graphs of ONNX operators as networks of our layers, where every operator has one. */
@NullMarked
package org.finetune4j.engine.onnx.translate;

import org.jspecify.annotations.NullMarked;
