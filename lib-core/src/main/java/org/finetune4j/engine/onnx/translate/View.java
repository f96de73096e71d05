package org.finetune4j.engine.onnx.translate;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * How the dimensions of an ONNX value are made of those of a layer's activation: each is a product
 * of atoms, the slowest first. Reshaping and transposing only move atoms, so they need no layers.
 *
 * @param dims the atoms of each dimension
 */
record View(List<List<Atom>> dims) {
  /** The axis of pictures in a batch, which a layer's shape does not have. */
  static final int BATCH = -1;

  /**
   * A piece of an axis.
   *
   * @param axis of the layer's shape, or {@link #BATCH}
   * @param size how many steps
   * @param stride how far a step goes along the axis
   */
  record Atom(int axis, int size, int stride) {}

  View {
    dims = dims.stream().map(List::copyOf).toList();
  }

  /**
   * Returns the view of a layer's activation in which axes stand in this order behind the batch.
   *
   * @param shape the sizes of the layer's axes
   */
  static View of(List<Integer> shape, int... order) {
    List<List<Atom>> dims = new ArrayList<>(List.of(List.of(new Atom(BATCH, 1, 1))));
    for (int axis : order) {
      dims.add(atoms(axis, shape.get(axis)));
    }
    return new View(dims);
  }

  private static List<Atom> atoms(int axis, int size) {
    return size == 1 ? List.of() : List.of(new Atom(axis, size, 1));
  }

  int size(int dim) {
    return dims.get(dim).stream().mapToInt(Atom::size).reduce(1, (a, b) -> a * b);
  }

  View transposed(List<Long> order) {
    return new View(order.stream().map(it -> dims.get(it.intValue())).toList());
  }

  /** Returns the same numbers in other dimensions, if those divide the atoms. */
  Optional<View> reshaped(List<Integer> sizes) {
    List<Atom> rest = new ArrayList<>();
    dims.forEach(rest::addAll);
    List<List<Atom>> made = new ArrayList<>();
    for (int size : sizes) {
      List<Atom> dim = new ArrayList<>();
      int open = size;
      if (!rest.isEmpty() && rest.get(0).axis == BATCH) {
        dim.add(rest.remove(0));
      }
      while (open > 1) {
        if (rest.isEmpty()) {
          return Optional.empty();
        }
        Atom next = rest.remove(0);
        if (next.axis == BATCH) {
          dim.add(next);
        } else if (open % next.size == 0) {
          dim.add(next);
          open /= next.size;
        } else if (next.size % open == 0) {
          int inner = next.size / open;
          dim.add(new Atom(next.axis, open, next.stride * inner));
          rest.add(0, new Atom(next.axis, inner, next.stride));
          open = 1;
        } else {
          return Optional.empty();
        }
      }
      made.add(dim);
    }
    if (!rest.isEmpty() && rest.get(0).axis == BATCH && !made.isEmpty()) {
      List<Atom> last = new ArrayList<>(made.get(made.size() - 1));
      last.add(rest.remove(0));
      made.set(made.size() - 1, last);
    }
    return rest.isEmpty() ? Optional.of(new View(made)) : Optional.empty();
  }

  View without(int dim) {
    List<List<Atom>> rest = new ArrayList<>(dims);
    rest.remove(dim);
    return new View(rest);
  }

  View with(int dim, List<Atom> atoms) {
    List<List<Atom>> changed = new ArrayList<>(dims);
    changed.set(dim, atoms);
    return new View(changed);
  }

  /** Returns the same atoms, neighbours that go on from each other joined. */
  View joined() {
    return new View(dims.stream().map(View::joined).toList());
  }

  private static List<Atom> joined(List<Atom> atoms) {
    List<Atom> joined = new ArrayList<>();
    for (Atom atom : atoms) {
      Atom last = joined.isEmpty() ? null : joined.get(joined.size() - 1);
      if (last != null && last.axis == atom.axis && last.stride == atom.stride * atom.size) {
        joined.set(joined.size() - 1, new Atom(atom.axis, last.size * atom.size, atom.stride));
      } else {
        joined.add(atom);
      }
    }
    return joined;
  }
}
