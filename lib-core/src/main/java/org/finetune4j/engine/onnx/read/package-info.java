/** Internal. Graphs of others brought to one operator set, with their picture input and feature. */
@NullMarked
package org.finetune4j.engine.onnx.read;

import org.jspecify.annotations.NullMarked;
