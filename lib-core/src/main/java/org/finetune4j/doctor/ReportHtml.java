package org.finetune4j.doctor;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.finetune4j.html.HtmlPage;
import org.finetune4j.html.HtmlPage.Content;
import org.finetune4j.html.HtmlPage.Thumbnail;
import org.finetune4j.text.Count;

/** A {@link DataReport} as one page with its thumbnails inside. */
final class ReportHtml {
  private static final int MOST_FINDINGS = 40;
  private static final int MOST_ALIKE = 8;
  private static final int LONGEST_NAME = 60;

  private ReportHtml() {}

  static HtmlPage of(DataReport report) throws IOException {
    HtmlPage page = new HtmlPage("Data report");
    page.paragraph(Count.of(report.size(), "picture") + " examined.");
    page.contents(
        List.of("Problem", "Findings"),
        Arrays.stream(Problem.values()).map(it -> content(report, it)).toList());
    page.section("Class balance")
        .table(
            2,
            List.of("Part", "Class", "Pictures"),
            report.parts().stream().flatMap(part -> balance(report, part).stream()).toList());
    for (Problem problem : Problem.values()) {
      if (!report.findings(problem).isEmpty()) {
        section(report, problem, page);
      }
    }
    return page;
  }

  private static Content content(DataReport report, Problem problem) {
    int count = report.findings(problem).size();
    return new Content(problem.title(), count == 0 ? "" : problem.name(), count);
  }

  private static List<List<String>> balance(DataReport report, String part) {
    return report.balance(part).entrySet().stream()
        .map(entry -> List.of(part, entry.getKey(), entry.getValue().toString()))
        .toList();
  }

  private static void section(DataReport report, Problem problem, HtmlPage page)
      throws IOException {
    List<Finding> findings = report.findings(problem);
    page.section(problem.title() + " (" + findings.size() + ")", problem.name());
    page.note(problem.meaning());
    if (findings.size() > MOST_FINDINGS) {
      page.paragraph("The worst " + MOST_FINDINGS + " are shown.");
    }
    List<Finding> shown = findings.subList(0, Math.min(MOST_FINDINGS, findings.size()));
    if (problem == Problem.UNREADABLE) {
      page.table(
          List.of("Picture", "Reason"),
          shown.stream().map(it -> List.of(it.pictures().get(0).name(), it.detail())).toList());
      return;
    }
    for (Finding finding : shown) {
      List<ExaminedPicture> alike = finding.pictures();
      List<Thumbnail> members = new ArrayList<>();
      for (ExaminedPicture picture : alike.subList(0, Math.min(MOST_ALIKE, alike.size()))) {
        members.add(thumbnail(report, picture));
      }
      int more = alike.size() - members.size();
      page.group(members, finding.detail() + (more > 0 ? " and " + more + " more" : ""));
    }
  }

  private static Thumbnail thumbnail(DataReport report, ExaminedPicture picture)
      throws IOException {
    return new Thumbnail(
        report.image(picture).decode(report.decoder()),
        List.of(picture.label(), picture.part(), shortName(picture.name())));
  }

  /** The end of a path says the most. */
  private static String shortName(String name) {
    return name.length() <= LONGEST_NAME
        ? name
        : "…" + name.substring(name.length() - LONGEST_NAME);
  }
}
