package org.finetune4j.tensorboard;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedInputStream;
import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.WireFormat;
import java.io.ByteArrayOutputStream;
import java.io.IOException;

/**
 * The fields of TensorFlow's {@code Event} message (event.proto, summary.proto) that are written:
 * wall_time 1, step 2, file_version 3, summary 5 with one value (tag 1, simple_value 2, image 4).
 */
final class Event {
  private static final int WALL_TIME = 1;
  private static final int STEP = 2;
  private static final int FILE_VERSION = 3;
  private static final int SUMMARY = 5;
  private static final int VALUE = 1;
  private static final int TAG = 1;
  private static final int SIMPLE_VALUE = 2;
  private static final int IMAGE = 4;

  private Event() {}

  /** Writes the fields of a message. */
  private interface Fields {
    void writeTo(CodedOutputStream out) throws IOException;
  }

  private static byte[] message(Fields fields) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    CodedOutputStream out = CodedOutputStream.newInstance(bytes);
    fields.writeTo(out);
    out.flush();
    return bytes.toByteArray();
  }

  static byte[] version(double seconds) throws IOException {
    return message(
        out -> {
          out.writeDouble(WALL_TIME, seconds);
          out.writeString(FILE_VERSION, "brain.Event:2");
        });
  }

  static byte[] scalar(double seconds, long step, String tag, float number) throws IOException {
    return summary(seconds, step, tag, value -> value.writeFloat(SIMPLE_VALUE, number));
  }

  /**
   * Returns a picture.
   *
   * @param colorspace 1 for gray, 3 for RGB
   */
  static byte[] picture(
      double seconds, long step, String tag, int width, int height, int colorspace, byte[] png)
      throws IOException {
    byte[] image =
        message(
            out -> {
              out.writeInt32(1, height);
              out.writeInt32(2, width);
              out.writeInt32(3, colorspace);
              out.writeByteArray(4, png);
            });
    return summary(seconds, step, tag, value -> value.writeByteArray(IMAGE, image));
  }

  private static byte[] summary(double seconds, long step, String tag, Fields content)
      throws IOException {
    byte[] value =
        message(
            out -> {
              out.writeString(TAG, tag);
              content.writeTo(out);
            });
    byte[] summary = message(out -> out.writeByteArray(VALUE, value));
    return message(
        out -> {
          out.writeDouble(WALL_TIME, seconds);
          out.writeInt64(STEP, step);
          out.writeByteArray(SUMMARY, summary);
        });
  }

  /** Returns the step of an event; 0 if it has none. */
  static long step(byte[] event) throws IOException {
    CodedInputStream in = ByteString.copyFrom(event).newCodedInput();
    while (!in.isAtEnd()) {
      int tag = in.readTag();
      if (WireFormat.getTagFieldNumber(tag) == STEP) {
        return in.readInt64();
      }
      if (!in.skipField(tag)) {
        break;
      }
    }
    return 0;
  }
}
