package org.finetune4j.report;

import java.util.List;
import org.finetune4j.html.HtmlPage;
import org.finetune4j.model.ImageModel;
import org.finetune4j.network.NetworkSummary;

/** The layers, and where the classifier comes from. */
record NetworkPart(ImageModel<?, ?> classifier) implements TrainingReport.Part {
  @Override
  public void write(HtmlPage page) {
    page.section("The network");
    page.paragraph(classifier + ".");
    page.details("All layers", NetworkSummary.table(classifier.network(), layer -> false));
    page.section("Where it comes from");
    page.table(
        List.of("what", "as saved"),
        classifier.provenance().facts().entrySet().stream()
            .map(fact -> List.of(fact.getKey(), fact.getValue()))
            .toList());
  }
}
