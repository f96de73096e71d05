package org.finetune4j.engine.train.kernel;

import org.finetune4j.network.Shape;

/**
 * An activation of a batch and, on the way back, the gradient of the loss by it: samples one after
 * the other, each in channel, row, column order. Arrays may be longer than the batch needs.
 */
public final class Blob {
  private final Shape shape;
  private final int elements;
  private final int channels;
  private final boolean wantsGradient;
  private final Memory memory;

  private static final class Memory {
    private final ArrayPool pool;
    private float[] values = {};
    private float[] gradient = {};

    /** The length that the largest batch so far needed. */
    private int capacity;

    private Memory(ArrayPool pool) {
      this.pool = pool;
    }
  }

  private Blob(Shape shape, boolean wantsGradient, Memory memory) {
    this.shape = shape;
    this.elements = shape.elements();
    this.channels = shape.channels();
    this.wantsGradient = wantsGradient;
    this.memory = memory;
  }

  public Blob(Shape shape, boolean wantsGradient, ArrayPool pool) {
    this(shape, wantsGradient, new Memory(pool));
  }

  /** Returns the same numbers with another shape. */
  public Blob view(Shape newShape) {
    return new Blob(newShape, wantsGradient, memory);
  }

  public Shape shape() {
    return shape;
  }

  /** Returns whether something trainable lies before it, so that its gradient is of use. */
  public boolean wantsGradient() {
    return wantsGradient;
  }

  public int elements() {
    return elements;
  }

  public int channels() {
    return channels;
  }

  /** Returns height times width; 1 for a vector. */
  public int area() {
    return elements / channels;
  }

  public float[] values() {
    return memory.values;
  }

  /** Takes an array as the activation, without copying. */
  public void hold(float[] values) {
    memory.values = values;
  }

  /** Returns the array to write the activation of n samples to. */
  public float[] output(int n) {
    int length = Math.multiplyExact(n, elements());
    if (memory.values.length < length) {
      memory.capacity = Math.max(memory.capacity, length);
      memory.values = memory.pool.take(memory.capacity);
    }
    return memory.values;
  }

  public boolean hasGradient() {
    return memory.gradient.length > 0;
  }

  /** Returns the gradient that all readers have added up. */
  public float[] gradient() {
    if (!hasGradient()) {
      throw new IllegalStateException("No reader of this activation has gone backward yet.");
    }
    return memory.gradient;
  }

  /** Returns the gradient to add to; zero if nobody has added to it. */
  public float[] gradientSum(int n) {
    if (!hasGradient()) {
      memory.gradient = memory.pool.zeros(Math.multiplyExact(n, elements()));
    }
    return memory.gradient;
  }

  /** Returns the gradient to write over; only if nobody has added to it. */
  public float[] firstGradient(int n) {
    if (hasGradient()) {
      throw new IllegalStateException("A reader of this activation has gone backward already.");
    }
    memory.gradient = memory.pool.take(Math.multiplyExact(n, elements()));
    return memory.gradient;
  }

  /** Returns the gradient to add to, or to write over if nobody has added to it. */
  public float[] anyGradient(int n) {
    return hasGradient() ? gradientSum(n) : firstGradient(n);
  }

  /** Gives the memory of the values back, which nobody reads until they are written anew. */
  public void releaseValues() {
    memory.pool.release(memory.values);
    memory.values = new float[0];
  }

  /** Gives the gradient's memory back. */
  public void releaseGradient() {
    memory.pool.release(memory.gradient);
    memory.gradient = new float[0];
  }
}
