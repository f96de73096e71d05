/** Internal. The layers of the published architectures: one file per family. */
@NullMarked
package org.finetune4j.architecture;

import org.jspecify.annotations.NullMarked;
