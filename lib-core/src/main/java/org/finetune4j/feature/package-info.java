/** Deep features: extraction, caching, similarity. */
@NullMarked
package org.finetune4j.feature;

import org.jspecify.annotations.NullMarked;
