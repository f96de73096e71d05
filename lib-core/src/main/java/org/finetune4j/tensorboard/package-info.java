/** Files that TensorBoard shows: numbers and pictures by step. */
@NullMarked
package org.finetune4j.tensorboard;

import org.jspecify.annotations.NullMarked;
