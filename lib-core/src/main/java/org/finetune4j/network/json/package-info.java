/** Internal. The saved form of networks: a schema of its own, whose old files stay readable. */
@NullMarked
package org.finetune4j.network.json;

import org.jspecify.annotations.NullMarked;
