/** Pretrained backbones and the architectures they are built from. */
@NullMarked
package org.finetune4j.backbone;

import org.jspecify.annotations.NullMarked;
