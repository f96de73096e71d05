/**
 * Record files of TensorFlow with one {@code tf.train.Example} per picture, read and written.
 *
 * <p>Framing: <a href="https://www.tensorflow.org/tutorials/load_data/tfrecord">TFRecord</a>; the
 * checks are masked CRC-32C.
 */
@NullMarked
package org.finetune4j.tfrecord;

import org.jspecify.annotations.NullMarked;
