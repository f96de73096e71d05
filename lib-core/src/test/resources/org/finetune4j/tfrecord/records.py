"""Writes tensorflow.tfrecord and named.tfrecord beside this script, or reads a file that the library wrote.

python records.py                       writes with TensorFlow 2.21
python records.py written.tfrecord      prints what TensorFlow reads of it
"""
import pathlib
import sys

import numpy
import tensorflow as tf

HERE = pathlib.Path(__file__).parent


def bytes_of(value):
    return tf.train.Feature(bytes_list=tf.train.BytesList(value=[value]))


def png(red):
    pixels = numpy.zeros((3, 4, 3), numpy.uint8)
    pixels[..., 0] = red
    return tf.io.encode_png(pixels).numpy()


def write():
    with tf.io.TFRecordWriter(str(HERE / "tensorflow.tfrecord")) as out:
        for i in range(5):
            features = {
                "image": bytes_of(png(50 * i)),
                "label": tf.train.Feature(int64_list=tf.train.Int64List(value=[i % 3, 7])),
                "weight": tf.train.Feature(float_list=tf.train.FloatList(value=[0.5, i])),
                "empty": tf.train.Feature(),
            }
            out.write(tf.train.Example(features=tf.train.Features(feature=features)).SerializeToString())
    with tf.io.TFRecordWriter(str(HERE / "named.tfrecord")) as out:
        for i, name in enumerate(["häschen", "cat", "cat"]):
            features = {"image/encoded": bytes_of(png(50 * i)), "image/class/text": bytes_of(name.encode())}
            out.write(tf.train.Example(features=tf.train.Features(feature=features)).SerializeToString())


def read(file):
    spec = {
        "image": tf.io.FixedLenFeature([], tf.string),
        "label": tf.io.FixedLenFeature([], tf.int64),
        "label/text": tf.io.FixedLenFeature([], tf.string),
        "image/name": tf.io.FixedLenFeature([], tf.string),
    }
    for record in tf.data.TFRecordDataset(file):
        it = tf.io.parse_single_example(record, spec)
        shape = tuple(tf.io.decode_image(it["image"]).shape)
        print(it["image/name"].numpy().decode(), it["label"].numpy(), it["label/text"].numpy().decode(), shape)


read(sys.argv[1]) if len(sys.argv) > 1 else write()
