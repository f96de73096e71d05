package org.finetune4j.data;

import com.google.common.base.Splitter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.finetune4j.files.CsvList;
import org.finetune4j.target.Labels;
import org.finetune4j.target.Quantity;
import org.finetune4j.target.Target;
import org.finetune4j.target.Task;
import org.finetune4j.text.ClassNames;
import org.finetune4j.text.NaturalOrder;

/** How the columns of a list say what is right for a picture. */
sealed interface CsvTargets {
  /** Returns the columns that are read. */
  List<CsvList.Column> columns();

  /**
   * Returns what the answers mean.
   *
   * @param known the labels or tags, if they are known
   */
  Task task(List<CsvList.Entry> entries, Optional<Labels> known, Path csv);

  /**
   * Returns the answer of one line.
   *
   * @throws IllegalArgumentException if it is none
   */
  Target target(CsvList.Entry entry, Task task);

  /** Returns the names of labels or tags in one line. */
  default List<String> names(CsvList.Entry entry) {
    return entry.values().subList(0, 1);
  }

  private static Labels sorted(List<String> names, Path csv) {
    return new Labels(
        ClassNames.distinct(
            names.stream()
                .map(ClassNames::normalized)
                .distinct()
                .sorted(NaturalOrder.INSTANCE)
                .toList(),
            csv));
  }

  /** One class name. */
  record Label(String column) implements CsvTargets {
    @Override
    public List<CsvList.Column> columns() {
      return List.of(new CsvList.Column(column, ".labelColumn(name)", false));
    }

    @Override
    public Task task(List<CsvList.Entry> entries, Optional<Labels> known, Path csv) {
      return Task.oneLabel(
          known.orElseGet(
              () -> sorted(entries.stream().map(it -> it.values().get(0)).toList(), csv)));
    }

    @Override
    public Target target(CsvList.Entry entry, Task task) {
      return Target.label(task.labels().indexOf(entry.values().get(0)));
    }
  }

  /** The names of the tags that apply, in one column. */
  record TagList(String column, String separator) implements CsvTargets {
    private static final int MOST = 10_000;

    @Override
    public List<CsvList.Column> columns() {
      return List.of(new CsvList.Column(column, ".tagsColumn(name, separator)", true));
    }

    @Override
    public List<String> names(CsvList.Entry entry) {
      List<String> names =
          Splitter.on(separator)
              .trimResults()
              .omitEmptyStrings()
              .splitToStream(entry.values().get(0))
              .distinct()
              .limit(MOST + 1)
              .toList();
      if (names.size() > MOST) {
        throw new IllegalArgumentException(
            "Line "
                + entry.line()
                + " has more than "
                + MOST
                + " tags, more than any picture has.");
      }
      return names;
    }

    @Override
    public Task task(List<CsvList.Entry> entries, Optional<Labels> known, Path csv) {
      return new Task.Tags(
          known.orElseGet(
              () -> {
                List<String> names =
                    entries.stream().flatMap(entry -> names(entry).stream()).toList();
                if (names.isEmpty()) {
                  throw new IllegalArgumentException(
                      "The column '"
                          + column
                          + "' of "
                          + csv
                          + " is empty in all lines: no picture has a tag.");
                }
                return sorted(names, csv);
              }));
    }

    @Override
    public Target target(CsvList.Entry entry, Task task) {
      return new Target.Tags(names(entry).stream().map(task.labels()::indexOf).toList());
    }
  }

  /** A column for each tag, 1 where it applies and 0 where it does not. */
  record TagFlags(List<String> tags) implements CsvTargets {
    @Override
    public List<CsvList.Column> columns() {
      return tags.stream().map(it -> new CsvList.Column(it, ".tagColumns(names)", false)).toList();
    }

    @Override
    public List<String> names(CsvList.Entry entry) {
      return tags;
    }

    @Override
    public Task task(List<CsvList.Entry> entries, Optional<Labels> known, Path csv) {
      return new Task.Tags(known.orElseGet(() -> Labels.of(tags)));
    }

    @Override
    public Target target(CsvList.Entry entry, Task task) {
      List<Integer> indices = new ArrayList<>();
      for (int i = 0; i < tags.size(); i++) {
        String flag = entry.values().get(i);
        if (flag.equals("1")) {
          indices.add(task.labels().indexOf(tags.get(i)));
        } else if (!flag.equals("0")) {
          throw new IllegalArgumentException(
              "a column of a tag holds 1 or 0, but '" + tags.get(i) + "' holds '" + flag + "'");
        }
      }
      return new Target.Tags(indices);
    }
  }

  /** Columns with numbers. */
  record Numbers(List<Quantity> quantities) implements CsvTargets {
    @Override
    public List<CsvList.Column> columns() {
      return quantities.stream()
          .map(it -> new CsvList.Column(it.name(), ".numberColumn(name, unit)", false))
          .toList();
    }

    @Override
    public List<String> names(CsvList.Entry entry) {
      return List.of();
    }

    @Override
    public Task task(List<CsvList.Entry> entries, Optional<Labels> known, Path csv) {
      if (known.isPresent()) {
        throw new IllegalStateException("Numbers have no labels: leave labels(...) out.");
      }
      return new Task.Numbers(quantities);
    }

    @Override
    public Target target(CsvList.Entry entry, Task task) {
      List<Double> values = new ArrayList<>();
      for (int i = 0; i < quantities.size(); i++) {
        String text = entry.values().get(i);
        double value;
        try {
          value = Double.parseDouble(text);
        } catch (NumberFormatException e) {
          throw new IllegalArgumentException(notANumber(i, text), e);
        }
        if (!Double.isFinite((float) value)) {
          throw new IllegalArgumentException(notANumber(i, text));
        }
        values.add(value);
      }
      return new Target.Numbers(values);
    }

    private String notANumber(int quantity, String text) {
      return "a column of numbers holds finite ones with a decimal point, but '"
          + quantities.get(quantity).name()
          + "' holds '"
          + text
          + "'";
    }
  }
}
