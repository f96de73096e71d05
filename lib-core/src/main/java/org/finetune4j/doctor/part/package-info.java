/** Internal. Whether one picture shows a part of another. */
@NullMarked
package org.finetune4j.doctor.part;

import org.jspecify.annotations.NullMarked;
