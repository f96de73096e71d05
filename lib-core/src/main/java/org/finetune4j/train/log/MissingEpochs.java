package org.finetune4j.train.log;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** The epochs that a file lacks, since they could not be written: one warning, not one for each. */
final class MissingEpochs {
  private final List<String> epochs = new ArrayList<>();
  private String last = "";

  /** Takes an epoch that could not be written, and returns a sentence about it alone. */
  String add(EpochResult epoch, String where, IOException why) {
    epochs.add((epoch.stage() > 1 ? "stage " + epoch.stage() + " epoch " : "") + epoch.epoch());
    last = where + ": " + why;
    return "Epoch " + epochs.get(epochs.size() - 1) + " is missing in " + last;
  }

  List<String> warnings() {
    return switch (epochs.size()) {
      case 0 -> List.of();
      case 1 -> List.of("Epoch " + epochs.get(0) + " is missing in " + last);
      default ->
          List.of(
              "Epochs "
                  + epochs.get(0)
                  + " to "
                  + epochs.get(epochs.size() - 1)
                  + ", "
                  + epochs.size()
                  + " of them, are missing in "
                  + last);
    };
  }
}
