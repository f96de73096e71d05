/** Going on from a saved classifier: new pictures, and classes that it does not know yet. */
@NullMarked
package org.finetune4j.incremental;

import org.jspecify.annotations.NullMarked;
