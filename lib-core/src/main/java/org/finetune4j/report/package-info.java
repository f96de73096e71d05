/** A training told on one page: what it learned from, how it went, and how good the result is. */
@NullMarked
package org.finetune4j.report;

import org.jspecify.annotations.NullMarked;
