package org.finetune4j.doctor;

import java.io.IOException;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.finetune4j.html.HtmlPage;
import org.finetune4j.image.Image;
import org.finetune4j.image.ImageSize;
import org.finetune4j.image.Interpolation;
import org.finetune4j.image.Resize;
import org.finetune4j.picture.ImageEncoder;

/**
 * A {@link DataReport} as one page with its thumbnails inside. Names are escaped; no script runs.
 */
final class ReportHtml {
  private static final int MOST_FINDINGS = 40;
  private static final int MOST_ALIKE = 8;
  private static final int SIDE = 128;
  private static final double QUALITY = 0.8;
  private static final String STYLE =
      """
      body{font:15px/1.4 system-ui,sans-serif;margin:2em auto;max-width:1100px;padding:0 1em;\
      color:#222}
      h2{margin-top:2em;border-bottom:1px solid #ccc}
      table{border-collapse:collapse}td,th{padding:.2em .8em;text-align:left;border-bottom:1px \
      solid #eee}
      td.n{text-align:right}
      .all{display:flex;flex-wrap:wrap;gap:12px}
      figure{margin:0;padding:8px;border:1px solid #ddd;border-radius:6px;max-width:100%}
      figure .row{display:flex;flex-wrap:wrap;gap:6px}
      .one{width:136px;font-size:12px;overflow-wrap:anywhere}
      figcaption{font-size:13px;color:#555;margin-top:4px}
      """;

  private ReportHtml() {}

  static String of(DataReport report) throws IOException {
    StringBuilder page = new StringBuilder();
    page.append("<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">")
        .append("<meta name=\"viewport\" content=\"width=device-width\"><title>Data report</title>")
        .append("<style>\n")
        .append(STYLE)
        .append("</style></head>\n<body><h1>Data report</h1>\n<p>")
        .append(report.size())
        .append(" pictures examined.</p>\n");
    overview(report, page);
    balance(report, page);
    for (Problem problem : Problem.values()) {
      List<Finding> findings = report.findings(problem);
      if (!findings.isEmpty()) {
        section(report, problem, findings, page);
      }
    }
    return page.append("</body></html>\n").toString();
  }

  private static void overview(DataReport report, StringBuilder page) {
    page.append("<table><tr><th>Problem</th><th>Findings</th></tr>\n");
    for (Problem problem : Problem.values()) {
      page.append("<tr><td>");
      int count = report.findings(problem).size();
      String title = HtmlPage.escape(problem.title());
      page.append(count == 0 ? title : "<a href=\"#" + problem + "\">" + title + "</a>");
      page.append("</td><td class=\"n\">").append(count).append("</td></tr>\n");
    }
    page.append("</table>\n");
  }

  private static void balance(DataReport report, StringBuilder page) {
    page.append("<h2>Class balance</h2>\n<table><tr><th>Part</th><th>Class</th><th>Pictures</th>")
        .append("</tr>\n");
    for (String part : report.parts()) {
      for (Map.Entry<String, Integer> entry : report.balance(part).entrySet()) {
        page.append("<tr><td>")
            .append(HtmlPage.escape(part))
            .append("</td><td>")
            .append(HtmlPage.escape(entry.getKey()))
            .append("</td><td class=\"n\">")
            .append(entry.getValue())
            .append("</td></tr>\n");
      }
    }
    page.append("</table>\n");
  }

  private static void section(
      DataReport report, Problem problem, List<Finding> findings, StringBuilder page)
      throws IOException {
    page.append("<h2 id=\"")
        .append(problem)
        .append("\">")
        .append(HtmlPage.escape(problem.title()))
        .append(" (")
        .append(findings.size())
        .append(")</h2>\n");
    if (findings.size() > MOST_FINDINGS) {
      page.append("<p>The worst ").append(MOST_FINDINGS).append(" are shown.</p>\n");
    }
    page.append("<div class=\"all\">\n");
    for (Finding finding : findings.subList(0, Math.min(MOST_FINDINGS, findings.size()))) {
      page.append("<figure><div class=\"row\">");
      List<ExaminedPicture> alike = finding.pictures();
      for (ExaminedPicture picture : alike.subList(0, Math.min(MOST_ALIKE, alike.size()))) {
        picture(report, problem, picture, page);
      }
      String more =
          alike.size() > MOST_ALIKE ? " and " + (alike.size() - MOST_ALIKE) + " more" : "";
      page.append("</div><figcaption>")
          .append(HtmlPage.escape(finding.detail() + more))
          .append("</figcaption></figure>\n");
    }
    page.append("</div>\n");
  }

  private static void picture(
      DataReport report, Problem problem, ExaminedPicture picture, StringBuilder page)
      throws IOException {
    page.append("<div class=\"one\">");
    if (problem != Problem.UNREADABLE) {
      Image image = report.image(picture).decode(report.decoder());
      double scale = Math.min(1, (double) SIDE / Math.max(image.width(), image.height()));
      ImageSize size =
          new ImageSize(
              (int) Math.max(1, Math.round(image.width() * scale)),
              (int) Math.max(1, Math.round(image.height() * scale)));
      byte[] jpeg = ImageEncoder.jpeg(Resize.squash(image, size, Interpolation.BILINEAR), QUALITY);
      page.append("<img alt=\"\" src=\"data:image/jpeg;base64,")
          .append(Base64.getEncoder().encodeToString(jpeg))
          .append("\"><br>");
    }
    page.append("<b>")
        .append(HtmlPage.escape(picture.label()))
        .append("</b> ")
        .append(HtmlPage.escape(picture.part()))
        .append("<br>")
        .append(HtmlPage.escape(shortName(picture.name())))
        .append("</div>");
  }

  /** The end of a path says the most. */
  private static String shortName(String name) {
    return name.length() <= 60 ? name : "…" + name.substring(name.length() - 60);
  }
}
