/** Pretrained backbones: published weights, how they fit an architecture, and what checks them. */
@NullMarked
package org.finetune4j.backbone;

import org.jspecify.annotations.NullMarked;
