package org.finetune4j.network;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;

/**
 * Where the layers of a network stand in its figure, in rows and lanes. Layers that only follow one
 * another form a block; blocks of parallel branches stand side by side; an arrow that must pass by
 * a block runs in a slot to the right of the lane.
 */
final class FigureLayout {
  /** Rows between a block and the next one below. */
  static final int GAP = 2;

  /**
   * Layers in a row.
   *
   * @param layers at least one
   * @param lane counted from the left
   * @param top its first row
   */
  record Block(List<Layer> layers, int lane, int top) {
    /** Returns the first row below it. */
    int bottom() {
      return top + layers.size();
    }
  }

  /** Where an arrow runs on its way down. */
  enum Way {
    /** In the lane of the block that it comes from. */
    SOURCE_LANE,
    /** In the lane of the block that it leads to. */
    TARGET_LANE,
    /** Beside the lane of the block that it comes from. */
    SLOT
  }

  /**
   * An arrow from a block to another one below.
   *
   * @param slot counted from the lane, if it runs in one
   */
  record Arrow(Block from, Block to, Way way, int slot) {}

  private record Span(int lane, int slot, int start, int end) {}

  private final Map<String, Integer> readers = new HashMap<>();
  private final Map<String, Block> blockOf = new HashMap<>();
  private final List<Block> blocks = new ArrayList<>();
  private final List<Arrow> arrows = new ArrayList<>();
  private final List<Span> slots = new ArrayList<>();

  /** Lays out a network. */
  FigureLayout(Network network) {
    network.outputs().forEach(output -> readers.merge(output, 1, Integer::sum));
    for (Layer layer : network.layers()) {
      layer.inputs().forEach(input -> readers.merge(input, 1, Integer::sum));
    }
    chains(network).forEach(this::place);
    blocks.forEach(this::connect);
  }

  List<Block> blocks() {
    return List.copyOf(blocks);
  }

  List<Arrow> arrows() {
    return List.copyOf(arrows);
  }

  int lanes() {
    return blocks.stream().mapToInt(Block::lane).max().orElse(0) + 1;
  }

  int rows() {
    return blocks.stream().mapToInt(Block::bottom).max().orElse(0);
  }

  /** Returns how many slots there are to the right of a lane. */
  int slots(int lane) {
    return slots.stream().filter(it -> it.lane == lane).mapToInt(Span::slot).max().orElse(-1) + 1;
  }

  private List<List<Layer>> chains(Network network) {
    Map<String, List<Layer>> byLast = new LinkedHashMap<>();
    List<List<Layer>> chains = new ArrayList<>();
    for (Layer layer : network.layers()) {
      boolean follows =
          layer.inputs().size() == 1 && readers.getOrDefault(layer.inputs().get(0), 0) == 1;
      List<Layer> chain =
          follows
              ? Objects.requireNonNull(byLast.remove(layer.inputs().get(0)))
              : new ArrayList<>();
      if (chain.isEmpty()) {
        chains.add(chain);
      }
      chain.add(layer);
      byLast.put(layer.name(), chain);
    }
    return chains;
  }

  private void place(List<Layer> chain) {
    List<Block> before = sources(chain.get(0));
    int top = before.stream().mapToInt(block -> block.bottom() + GAP).max().orElse(0);
    int wanted = before.stream().mapToInt(Block::lane).min().orElse(0);
    int bottom = top + chain.size();
    int lane =
        IntStream.rangeClosed(0, blocks.size() + wanted)
            .boxed()
            .sorted(Comparator.comparing(it -> it < wanted ? 2 * (wanted - it) + 1 : it - wanted))
            .filter(it -> isFree(it, top - 2 * GAP + 1, bottom + 2 * GAP - 1, before))
            .findFirst()
            .orElseThrow();
    Block block = new Block(List.copyOf(chain), lane, top);
    blocks.add(block);
    chain.forEach(layer -> blockOf.put(layer.name(), block));
  }

  private List<Block> sources(Layer layer) {
    return layer.inputs().stream()
        .distinct()
        .map(input -> Objects.requireNonNull(blockOf.get(input)))
        .toList();
  }

  /** Returns whether nothing stands there; blocks that are read may stand closer than others. */
  private boolean isFree(int lane, int start, int end, List<Block> read) {
    return blocks.stream()
        .filter(block -> block.lane == lane && !read.contains(block))
        .noneMatch(block -> block.top < end && block.bottom() > start);
  }

  private void connect(Block to) {
    for (Block from : sources(to.layers.get(0))) {
      if (isFree(from.lane, from.bottom(), to.top, List.of())) {
        arrows.add(new Arrow(from, to, Way.SOURCE_LANE, 0));
      } else if (isFree(to.lane, from.bottom(), to.top, List.of())) {
        arrows.add(new Arrow(from, to, Way.TARGET_LANE, 0));
      } else {
        int slot =
            IntStream.range(0, slots.size() + 1)
                .filter(it -> isFreeSlot(from.lane, it, from.bottom(), to.top))
                .findFirst()
                .orElseThrow();
        slots.add(new Span(from.lane, slot, from.bottom(), to.top));
        arrows.add(new Arrow(from, to, Way.SLOT, slot));
      }
    }
  }

  private boolean isFreeSlot(int lane, int slot, int start, int end) {
    return slots.stream()
        .noneMatch(it -> it.lane == lane && it.slot == slot && it.start < end && it.end > start);
  }
}
