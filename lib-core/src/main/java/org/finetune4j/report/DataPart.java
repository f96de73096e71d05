package org.finetune4j.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.finetune4j.data.DatasetSplit;
import org.finetune4j.data.ImageDataset;
import org.finetune4j.html.HtmlPage;
import org.finetune4j.target.Task;

/** How many pictures of each class are in each part, and what is odd about them. */
record DataPart(DatasetSplit split) implements TrainingReport.Part {
  @Override
  public void write(HtmlPage page) {
    page.section("The pictures");
    List<ImageDataset> parts = List.of(split.train(), split.validation(), split.test());
    TreeSet<String> names = new TreeSet<>();
    if (!(split.train().task() instanceof Task.Numbers)) {
      parts.forEach(part -> names.addAll(part.counts().keySet()));
    }
    List<List<String>> rows = new ArrayList<>();
    for (String name : names) {
      rows.add(row(name, parts.stream().map(part -> count(part, name))));
    }
    rows.add(row("all", parts.stream().map(part -> Integer.toString(part.size()))));
    page.table(List.of("", "to learn from", "to choose with", "to test with"), rows);
    split.warnings().forEach(page::warning);
  }

  private static List<String> row(String name, Stream<String> counts) {
    return Stream.concat(Stream.of(name), counts).toList();
  }

  private static String count(ImageDataset part, String name) {
    Map<String, Integer> counts = part.counts();
    return Integer.toString(counts.getOrDefault(name, 0));
  }
}
