package org.finetune4j.network;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.StringReader;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import javax.xml.parsers.DocumentBuilderFactory;
import org.finetune4j.backbone.Architecture;
import org.finetune4j.network.FigureLayout.Arrow;
import org.finetune4j.network.FigureLayout.Block;
import org.finetune4j.network.FigureLayout.Way;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.w3c.dom.Document;
import org.w3c.dom.NodeList;
import org.xml.sax.InputSource;

/** Figures that a reader can follow: nothing overlaps, every connection has its arrow. */
class NetworkSvgTest {
  private static Network branches() {
    NetworkBuilder net = Network.builder("in", Shape.map(3, 8, 8));
    net.convolution("stem", 4, 1).relu("stem_relu");
    net.convolution("left", 4, 1).relu("left_relu");
    net.from("stem_relu").convolution("right", 4, 1);
    net.add("sum", "left_relu", "right", "stem_relu");
    return net.build();
  }

  @Test
  void branchesStandSideBySideAndAShortcutRunsBesideThem() {
    FigureLayout layout = new FigureLayout(branches());
    assertThat(layout.blocks())
        .extracting(block -> block.layers().stream().map(Layer::name).toList())
        .containsExactly(
            List.of("in", "stem", "stem_relu"),
            List.of("left", "left_relu"),
            List.of("right"),
            List.of("sum"));
    assertThat(layout.blocks()).extracting(Block::lane).containsExactly(0, 0, 1, 0);
    assertThat(layout.blocks()).extracting(Block::top).containsExactly(0, 5, 5, 9);
    assertThat(layout.arrows())
        .extracting(Arrow::way)
        .containsExactly(
            Way.SOURCE_LANE, Way.SOURCE_LANE, Way.SOURCE_LANE, Way.SOURCE_LANE, Way.SLOT);
    assertThat(layout.lanes()).isEqualTo(2);
    assertThat(layout.rows()).isEqualTo(10);
    assertThat(layout.slots(0)).isEqualTo(1);
    assertThat(layout.slots(1)).isZero();
  }

  @ParameterizedTest
  @EnumSource
  void everyArchitectureIsLaidOut(Architecture architecture) {
    Network network = architecture.network(architecture.defaultInputSize(), true);
    FigureLayout layout = new FigureLayout(network);
    Set<String> cells = new HashSet<>();
    List<String> names = new ArrayList<>();
    for (Block block : layout.blocks()) {
      for (int row = 0; row < block.layers().size(); row++) {
        assertThat(cells.add(block.lane() + "/" + (block.top() + row))).isTrue();
        names.add(block.layers().get(row).name());
      }
    }
    assertThat(names).containsExactlyInAnyOrderElementsOf(network.layerNames());
    Set<String> drawn = new HashSet<>();
    for (Arrow arrow : layout.arrows()) {
      assertThat(arrow.to().top()).isGreaterThanOrEqualTo(arrow.from().bottom() + 2);
      List<Layer> from = arrow.from().layers();
      drawn.add(from.get(from.size() - 1).name() + " > " + arrow.to().layers().get(0).name());
    }
    for (Block block : layout.blocks()) {
      for (int row = 1; row < block.layers().size(); row++) {
        drawn.add(block.layers().get(row - 1).name() + " > " + block.layers().get(row).name());
      }
    }
    Set<String> connections = new HashSet<>();
    for (Layer layer : network.layers()) {
      layer.inputs().forEach(input -> connections.add(input + " > " + layer.name()));
    }
    assertThat(drawn).isEqualTo(connections);
  }

  @Test
  void isWellFormedWhateverTheNames() throws Exception {
    NetworkBuilder net = Network.builder("a<b>&\"c\"", Shape.map(3, 8, 8));
    String svg = net.relu("]]>\u0001").build().toSvg("x < y & z");
    Document document =
        DocumentBuilderFactory.newInstance()
            .newDocumentBuilder()
            .parse(new InputSource(new StringReader(svg)));
    NodeList texts = document.getElementsByTagName("text");
    assertThat(texts.item(0).getTextContent()).isEqualTo("x < y & z");
    assertThat(texts.item(1).getTextContent()).isEqualTo("a<b>&\"c\" Input");
    assertThat(texts.item(2).getTextContent()).isEqualTo("3x8x8");
    assertThat(texts.getLength()).isEqualTo(5);
  }
}
