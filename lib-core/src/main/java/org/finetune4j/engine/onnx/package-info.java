/** Internal. ONNX Runtime sessions: what is frozen, and all prediction. */
@NullMarked
package org.finetune4j.engine.onnx;

import org.jspecify.annotations.NullMarked;
