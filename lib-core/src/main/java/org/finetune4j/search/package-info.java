/** Search among very many features, approximate, with Lucene. */
@NullMarked
package org.finetune4j.search;

import org.jspecify.annotations.NullMarked;
