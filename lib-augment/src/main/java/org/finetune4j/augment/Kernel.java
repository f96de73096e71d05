package org.finetune4j.augment;

/** An operation whose result is the picture it was given, or a new one that nobody else holds. */
interface Kernel extends Operation {}
