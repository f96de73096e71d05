package org.finetune4j.train;

import java.util.OptionalDouble;

/** How an epoch looks as a line of text. */
enum EpochFormat {
  CSV("stage,epoch,learning_rate,loss,accuracy,validation_loss,validation_accuracy,seconds") {
    @Override
    String line(EpochResult epoch) {
      return String.join(
          ",",
          String.valueOf(epoch.stage()),
          String.valueOf(epoch.epoch()),
          String.valueOf(epoch.learningRate()),
          String.valueOf(epoch.loss()),
          String.valueOf(epoch.accuracy()),
          orEmpty(epoch.validationLoss()),
          orEmpty(epoch.validationAccuracy()),
          seconds(epoch));
    }

    private String orEmpty(OptionalDouble value) {
      return value.isPresent() ? String.valueOf(value.getAsDouble()) : "";
    }
  },

  JSON_LINES("") {
    @Override
    String line(EpochResult epoch) {
      return "{\"stage\":"
          + epoch.stage()
          + ",\"epoch\":"
          + epoch.epoch()
          + ",\"learning_rate\":"
          + epoch.learningRate()
          + ",\"loss\":"
          + epoch.loss()
          + ",\"accuracy\":"
          + epoch.accuracy()
          + optional("validation_loss", epoch.validationLoss())
          + optional("validation_accuracy", epoch.validationAccuracy())
          + ",\"seconds\":"
          + seconds(epoch)
          + "}";
    }

    private String optional(String name, OptionalDouble value) {
      return value.isPresent() ? ",\"" + name + "\":" + value.getAsDouble() : "";
    }
  };

  /** The first line of a file, or empty. */
  final String header;

  EpochFormat(String header) {
    this.header = header;
  }

  abstract String line(EpochResult epoch);

  private static String seconds(EpochResult epoch) {
    return String.valueOf(epoch.duration().toMillis() / 1000.0);
  }
}
