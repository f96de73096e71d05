package org.finetune4j.engine.train;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ShortWaitsTest {
  @BeforeEach
  void load() {
    NativeBackend.load();
  }

  @Test
  void aSecondTeamIsThereUntilTheEnd() throws InterruptedException {
    Thread owner;
    try (ShortWaits waits = new ShortWaits()) {
      owner = waits.owner();
      assertThat(owner.isAlive()).isTrue();
      assertThat(owner.isDaemon()).isTrue();
    }
    owner.join(Duration.ofSeconds(10).toMillis());
    assertThat(owner.isAlive()).isFalse();
  }

  @Test
  void anInterruptedThreadDoesNotWaitAndStaysInterrupted() {
    Thread.currentThread().interrupt();
    try (ShortWaits waits = new ShortWaits()) {
      assertThat(Thread.interrupted()).isTrue();
      assertThat(waits.owner().isDaemon()).isTrue();
    }
  }
}
