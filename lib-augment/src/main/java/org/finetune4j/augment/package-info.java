/** Random transforms of pictures: parameters are sampled first, then a pure kernel runs. */
package org.finetune4j.augment;
