/** Pictures as values: 8-bit pixels, sizes, resizing and cropping. */
package org.finetune4j.image;
