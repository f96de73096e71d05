/** Internal. Words of messages and tables that every package needs. */
@NullMarked
package org.finetune4j.text;

import org.jspecify.annotations.NullMarked;
