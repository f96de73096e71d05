/** Picture files to pixels and back, within the limits that a file from outside is held to. */
@NullMarked
package org.finetune4j.picture;

import org.jspecify.annotations.NullMarked;
