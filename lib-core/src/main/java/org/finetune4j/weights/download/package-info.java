/**
 * Internal. How bytes come over the network into a file: resumable HTTP, the user's npm
 * configuration, tarballs. Knows neither weights nor the cache; {@link
 * org.finetune4j.weights.WeightStore} puts it to use.
 */
@NullMarked
package org.finetune4j.weights.download;

import org.jspecify.annotations.NullMarked;
