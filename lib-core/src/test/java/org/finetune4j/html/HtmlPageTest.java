package org.finetune4j.html;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.StringReader;
import java.util.List;
import java.util.stream.IntStream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.finetune4j.html.HtmlPage.Content;
import org.finetune4j.html.HtmlPage.Thumbnail;
import org.finetune4j.image.Image;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;
import org.xml.sax.InputSource;

class HtmlPageTest {
  private static final Image DOT = Image.of(2, 1, new byte[6]);

  private static Document parsed(HtmlPage page) throws Exception {
    String xml = page.toString().replace("<!DOCTYPE html>", "");
    return DocumentBuilderFactory.newInstance()
        .newDocumentBuilder()
        .parse(new InputSource(new StringReader(xml.strip())));
  }

  /** The elements of a kind, with what stands in them. */
  private static List<String> texts(Document page, String tag) {
    NodeList found = page.getElementsByTagName(tag);
    return IntStream.range(0, found.getLength())
        .mapToObj(i -> found.item(i).getTextContent().strip())
        .toList();
  }

  @Test
  void contentsLeadToTheirSections() throws Exception {
    HtmlPage page =
        new HtmlPage("<title>")
            .contents(
                List.of("What", "How many"),
                List.of(new Content("One & only", "ONE", 2), new Content("None", "", 0)))
            .section("One & only", "ONE");
    Document document = parsed(page);
    Element link = (Element) document.getElementsByTagName("a").item(0);
    Element section = (Element) document.getElementsByTagName("h2").item(0);
    assertThat(link.getAttribute("href")).isEqualTo("#ONE");
    assertThat(section.getAttribute("id")).isEqualTo("ONE");
    assertThat(texts(document, "td")).containsExactly("One & only", "2", "None", "0");
    assertThat(document.getElementsByTagName("a").getLength()).isEqualTo(1);
  }

  @Test
  void groupsHoldTheirThumbnailsAndWhatIsSaidOfThem() throws Exception {
    HtmlPage page =
        new HtmlPage("page")
            .group(
                List.of(
                    new Thumbnail(DOT, List.of("cats", "a.png")),
                    new Thumbnail(DOT, List.of("dogs", "<script>"))),
                "they look the same")
            .group(List.of(new Thumbnail(DOT, List.of("cats"))), "");
    Document document = parsed(page);
    assertThat(texts(document, "figcaption")).containsExactly("catsa.png", "dogs<script>", "cats");
    assertThat(texts(document, "p")).containsExactly("they look the same");
    NodeList pictures = document.getElementsByTagName("img");
    assertThat(pictures.getLength()).isEqualTo(3);
    assertThat(((Element) pictures.item(0)).getAttribute("src"))
        .startsWith("data:image/jpeg;base64,");
    assertThat(page.toString())
        .contains("default-src 'none'; img-src data:", "color-scheme: light dark");
  }

  @Test
  void namesStandOnTheLeft() {
    HtmlPage page =
        new HtmlPage("page")
            .table(2, List.of("Part", "Class", "Pictures"), List.of(List.of("a", "b", "3")));
    assertThat(page.toString())
        .contains("<tr><th>Part</th><th class=\"name\">Class</th><th>Pictures</th></tr>")
        .contains("<tr><td>a</td><td class=\"name\">b</td><td>3</td></tr>");
  }

  @Test
  void aMatrixTellsWhatWasTakenForWhat() throws Exception {
    long[][] counts = {{3, 1}, {0, 0}};
    HtmlPage page =
        new HtmlPage("page")
            .matrix(
                List.of("cats", "<dogs>"), "is, taken for", (row, column) -> counts[row][column]);
    Document document = parsed(page);
    assertThat(texts(document, "th"))
        .containsExactly("is, taken for", "cats", "<dogs>", "cats", "<dogs>");
    assertThat(texts(document, "td")).containsExactly("375 %", "125 %", "", "");
    assertThat(texts(document, "small")).containsExactly("75 %", "25 %");
  }
}
