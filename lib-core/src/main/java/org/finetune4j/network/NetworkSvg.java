package org.finetune4j.network;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.finetune4j.network.FigureLayout.Arrow;
import org.finetune4j.network.FigureLayout.Block;

/**
 * A network as a picture: a line per layer with name, kind and output shape, from the input at the
 * top down; branches side by side, arrows where one line does not simply follow the other.
 */
final class NetworkSvg {
  private static final int ROW = 16;
  private static final int MARGIN = 16;
  private static final int TITLE = 28;
  private static final int SLOT = 9;

  /** The mean width of a character of the font at its size. */
  /** Bold letters of 14 pixels are this wide at most. */
  private static final double TITLE_CHARACTER = 9;

  private static final double CHARACTER = 6.1;

  private final Network network;
  private final FigureLayout layout;
  private final int laneWidth;
  private final List<Integer> lanes = new ArrayList<>();
  private final StringBuilder svg = new StringBuilder();

  private NetworkSvg(Network network) {
    this.network = network;
    this.layout = new FigureLayout(network);
    this.laneWidth =
        (int) (CHARACTER * network.layers().stream().mapToInt(this::characters).max().orElse(0));
    int left = MARGIN;
    for (int lane = 0; lane < layout.lanes(); lane++) {
      lanes.add(left);
      left += laneWidth + SLOT * (layout.slots(lane) + 3);
    }
    lanes.add(left);
  }

  /**
   * Returns the picture.
   *
   * @param title stands above it
   */
  static String of(String title, Network network) {
    return new NetworkSvg(network).draw(title);
  }

  private int characters(Layer layer) {
    String shape = network.shape(layer.name()).toString();
    return layer.name().length() + layer.kind().length() + shape.length() + 5;
  }

  private String draw(String title) {
    int titleWidth = (int) (title.length() * TITLE_CHARACTER) + MARGIN;
    int width = Math.max(titleWidth, lanes.get(lanes.size() - 1)) + MARGIN;
    int height = y(layout.rows()) + MARGIN;
    svg.append(
        String.format(
            Locale.ROOT,
            """
        <svg xmlns="http://www.w3.org/2000/svg" width="%1$d" height="%2$d" viewBox="0 0 %1$d %2$d" \
        font-family="Helvetica, Arial, sans-serif" font-size="11">
        <defs><marker id="tip" viewBox="0 0 8 8" refX="8" refY="4" markerWidth="7" \
        markerHeight="7" orient="auto"><path d="M0 0L8 4L0 8z" fill="#555"/></marker></defs>
        <rect width="%1$d" height="%2$d" fill="#fff"/>
        <text x="%3$d" y="%4$d" font-size="14" font-weight="bold">%5$s</text>
        """,
            width,
            height,
            MARGIN,
            MARGIN + 10,
            escaped(title)));
    svg.append("<g fill=\"none\" stroke=\"#555\" stroke-width=\"1.2\" marker-end=\"url(#tip)\">\n");
    layout.arrows().forEach(this::arrow);
    svg.append("</g>\n");
    layout.blocks().forEach(this::block);
    return svg.append("</svg>\n").toString();
  }

  private void arrow(Arrow arrow) {
    int start = y(arrow.from().bottom());
    int end = y(arrow.to().top());
    int from = center(arrow.from().lane());
    int to = center(arrow.to().lane());
    int down =
        switch (arrow.way()) {
          case SOURCE_LANE -> from;
          case TARGET_LANE -> to;
          case SLOT -> lanes.get(arrow.from().lane()) + laneWidth + SLOT * (arrow.slot() + 1);
        };
    int bend = FigureLayout.GAP * ROW / 2;
    svg.append(
        String.format(
            Locale.ROOT,
            "<path d=\"M%d %dV%dH%dV%dH%dV%d\"/>\n",
            from,
            start,
            start + bend,
            down,
            end - bend,
            to,
            end));
  }

  private void block(Block block) {
    int left = lanes.get(block.lane());
    for (int i = 0; i < block.layers().size(); i++) {
      row(block.layers().get(i), left, y(block.top() + i));
    }
    svg.append(
        String.format(
            Locale.ROOT,
            "<rect x=\"%d\" y=\"%d\" width=\"%d\" height=\"%d\" fill=\"none\" stroke=\"#333\"/>\n",
            left,
            y(block.top()),
            laneWidth,
            ROW * block.layers().size()));
  }

  private void row(Layer layer, int left, int top) {
    String shape = network.shape(layer.name()).toString();
    int text = top + ROW - 4;
    svg.append(
        String.format(
            Locale.ROOT,
            """
        <rect x="%d" y="%d" width="%d" height="%d" fill="%s" stroke="#ccc" stroke-width="0.5"/>
        <text x="%d" y="%d">%s <tspan fill="#777">%s</tspan></text>
        <text x="%d" y="%d" text-anchor="end">%s</text>
        """,
            left,
            top,
            laneWidth,
            ROW,
            color(layer),
            left + 4,
            text,
            escaped(layer.name()),
            layer.kind(),
            left + laneWidth - 4,
            text,
            shape));
  }

  private static String color(Layer layer) {
    if (layer instanceof Convolution
        || layer instanceof DepthwiseConvolution
        || layer instanceof SeparableConvolution) {
      return "#dbe9f9";
    }
    if (layer instanceof Dense) {
      return "#e6dff5";
    }
    if (layer instanceof Pooling || layer instanceof GlobalPooling) {
      return "#fde8d0";
    }
    if (layer instanceof Add || layer instanceof Multiply || layer instanceof Concatenate) {
      return "#fbf3c4";
    }
    return layer instanceof ActivationLayer ? "#e2f3df" : "#f6f6f6";
  }

  private int center(int lane) {
    return lanes.get(lane) + laneWidth / 2;
  }

  private static int y(int row) {
    return MARGIN + TITLE + row * ROW;
  }

  /** Names come from files too. */
  private static String escaped(String text) {
    return text.codePoints()
        .mapToObj(
            c ->
                switch (c) {
                  case '<' -> "&lt;";
                  case '>' -> "&gt;";
                  case '&' -> "&amp;";
                  case '"' -> "&quot;";
                  default -> c < ' ' ? " " : Character.toString(c);
                })
        .collect(Collectors.joining());
  }
}
