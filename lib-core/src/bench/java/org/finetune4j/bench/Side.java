package org.finetune4j.bench;

/** One of those whose times are compared. */
interface Side extends AutoCloseable {
  /** Works for one turn and returns the seconds that one batch took. */
  double turn();

  @Override
  void close();

  /** Work that is done in this thread, again and again until a turn is over. */
  static Side repeating(Runnable batch, Runnable close) {
    return new Side() {
      @Override
      public double turn() {
        long start = System.nanoTime();
        int count = 0;
        double seconds;
        do {
          batch.run();
          count++;
          seconds = (System.nanoTime() - start) / 1e9;
        } while (seconds < Settings.TURN_SECONDS);
        return seconds / count;
      }

      @Override
      public void close() {
        close.run();
      }
    };
  }
}
