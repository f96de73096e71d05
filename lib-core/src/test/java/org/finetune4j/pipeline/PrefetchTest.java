package org.finetune4j.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class PrefetchTest {
  @Test
  void keepsTheOrderOnSeveralThreads() throws IOException {
    List<Integer> taken = new ArrayList<>();
    try (Prefetch<Integer> items = new Prefetch<>(200, 5, 4, index -> index * index)) {
      while (items.hasNext()) {
        taken.add(items.next());
      }
    }
    assertThat(taken).hasSize(200).isSorted().endsWith(199 * 199);
  }

  @Test
  void neverRunsFartherAheadThanAllowed() throws IOException {
    AtomicInteger prepared = new AtomicInteger();
    int taken = 0;
    try (Prefetch<Integer> items = new Prefetch<>(50, 3, 2, index -> prepared.incrementAndGet())) {
      while (items.hasNext()) {
        assertThat(prepared.get()).isLessThanOrEqualTo(taken + 3);
        items.next();
        taken++;
      }
    }
    assertThat(prepared).hasValue(50);
  }

  @Test
  void throwsWhatThePreparationThrows() throws IOException {
    try (Prefetch<Integer> items =
        new Prefetch<>(
            3,
            2,
            1,
            index -> {
              if (index == 1) {
                throw new IOException("no picture");
              }
              return index;
            })) {
      assertThat(items.next()).isZero();
      assertThatThrownBy(items::next).isInstanceOf(IOException.class).hasMessage("no picture");
    }
  }
}
