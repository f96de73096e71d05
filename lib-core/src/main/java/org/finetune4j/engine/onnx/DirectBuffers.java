package org.finetune4j.engine.onnx;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.concurrent.ConcurrentLinkedDeque;

/**
 * Native memory for batches, used again by later calls: as many buffers as calls ran side by side,
 * each as large as the largest batch so far.
 */
final class DirectBuffers {
  private final ConcurrentLinkedDeque<ByteBuffer> free = new ConcurrentLinkedDeque<>();

  /** Returns an empty buffer of at least this many bytes, in the machine's byte order. */
  ByteBuffer borrow(int bytes) {
    ByteBuffer buffer = free.poll();
    return buffer != null && buffer.capacity() >= bytes
        ? buffer.clear()
        : ByteBuffer.allocateDirect(bytes).order(ByteOrder.nativeOrder());
  }

  void giveBack(ByteBuffer buffer) {
    free.push(buffer);
  }
}
