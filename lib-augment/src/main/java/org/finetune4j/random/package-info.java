/** Random numbers that depend on what they are for, not on the order in which they are drawn. */
package org.finetune4j.random;
