package org.finetune4j.train.log;

import java.util.Optional;
import java.util.OptionalDouble;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

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

    @Override
    Optional<Place> place(String line) {
      return Place.find(FIRST_TWO_FIELDS, line);
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
          + metrics(epoch)
          + ",\"seconds\":"
          + seconds(epoch)
          + "}";
    }

    @Override
    Optional<Place> place(String line) {
      return Place.find(FIRST_TWO_MEMBERS, line);
    }

    private String metrics(EpochResult epoch) {
      StringBuilder text = new StringBuilder();
      epoch
          .metrics()
          .forEach(
              (name, value) -> {
                // JSON has no numbers that are none.
                String number = Double.isFinite(value) ? String.valueOf(value) : "null";
                text.append(",\"").append(name).append("\":").append(number);
              });
      return text.toString();
    }

    private String optional(String name, OptionalDouble value) {
      return value.isPresent() ? ",\"" + name + "\":" + value.getAsDouble() : "";
    }
  };

  private static final Pattern FIRST_TWO_FIELDS = Pattern.compile("(\\d{1,9}),(\\d{1,9}),.*");
  private static final Pattern FIRST_TWO_MEMBERS =
      Pattern.compile("\\{\"stage\":(\\d{1,9}),\"epoch\":(\\d{1,9}),.*");

  /** Which epoch a line is about. */
  record Place(int stage, int epoch) {
    private static Optional<Place> find(Pattern numbers, String line) {
      Matcher matcher = numbers.matcher(line);
      return matcher.matches()
          ? Optional.of(
              new Place(Integer.parseInt(matcher.group(1)), Integer.parseInt(matcher.group(2))))
          : Optional.empty();
    }

    boolean isBefore(EpochResult other) {
      return stage < other.stage() || (stage == other.stage() && epoch < other.epoch());
    }
  }

  /** The first line of a file, or empty. */
  final String header;

  EpochFormat(String header) {
    this.header = header;
  }

  abstract String line(EpochResult epoch);

  /** Returns which epoch a line is about; nothing if it is none of this format. */
  abstract Optional<Place> place(String line);

  private static String seconds(EpochResult epoch) {
    return String.valueOf(epoch.duration().toMillis() / 1000.0);
  }
}
