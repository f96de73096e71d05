package org.finetune4j.network.operator;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.function.IntUnaryOperator;
import java.util.function.ToIntFunction;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

/** Operators that give numbers another place or shape, or make numbers of shapes. */
final class ShapeRules {
  private ShapeRules() {}

  static void addTo(Map<String, OperatorRule> rules) {
    rules.put("Shape", ShapeRules::shape);
    rules.put(
        "Size",
        call ->
            OnnxValue.known(
                OnnxConstant.Type.INT64, List.of(), List.of((double) call.input(0).elements())));
    rules.put("Reshape", ShapeRules::reshape);
    rules.put("Flatten", ShapeRules::flatten);
    rules.put("Squeeze", ShapeRules::squeeze);
    rules.put("Unsqueeze", ShapeRules::unsqueeze);
    rules.put("Transpose", ShapeRules::transpose);
    rules.put("Concat", ShapeRules::concat);
    rules.put("Slice", ShapeRules::slice);
    rules.put("Gather", ShapeRules::gather);
    rules.put("Expand", ShapeRules::expand);
    rules.put("Tile", ShapeRules::tile);
    rules.put("Pad", ShapeRules::pad);
    rules.put("Range", ShapeRules::range);
    rules.put("Resize", ShapeRules::resize);
    rules.put("DepthToSpace", call -> blocks(call, -1));
    rules.put("SpaceToDepth", call -> blocks(call, 1));
  }

  private static OnnxValue shape(OperatorCall call) {
    List<Integer> dimensions = call.dimensions(0);
    int rank = dimensions.size();
    int start = clamped(call.whole("start", 0), rank, 0, rank);
    int end = clamped(call.whole("end", rank), rank, 0, rank);
    return OnnxValue.longs(
        dimensions.subList(start, Math.max(start, end)).stream().map(Integer::longValue).toList());
  }

  private static OnnxValue reshape(OperatorCall call) {
    OnnxValue input = call.input(0);
    List<Long> target = call.known(1);
    boolean zeroCopies = call.whole("allowzero", 0) == 0;
    List<Integer> output = new ArrayList<>();
    long known = 1;
    int open = -1;
    for (int i = 0; i < target.size(); i++) {
      long wanted = target.get(i);
      if (wanted == 0 && zeroCopies) {
        call.require(i < input.rank(), input.dimensions() + " has no dimension " + i);
        wanted = input.dimensions().get(i);
      }
      if (wanted == -1) {
        call.require(open < 0, "only one dimension can be left open in " + target);
        open = i;
        wanted = 1;
      }
      call.require(wanted >= 0, "no dimension is negative in " + target);
      known = Math.multiplyExact(known, wanted);
      output.add(Math.toIntExact(wanted));
    }
    if (open >= 0) {
      call.require(known > 0 && input.elements() % known == 0, fits(input.dimensions(), target));
      output.set(open, Math.toIntExact(input.elements() / known));
    } else {
      call.require(known == input.elements(), fits(input.dimensions(), target));
    }
    return input.shaped(output);
  }

  private static String fits(List<Integer> dimensions, Object target) {
    return dimensions + " has not as many numbers as " + target;
  }

  private static OnnxValue flatten(OperatorCall call) {
    List<Integer> input = call.dimensions(0);
    long axis = call.whole("axis", 1);
    int at = axis == input.size() ? input.size() : call.axis(axis, input.size());
    return call.input(0)
        .shaped(List.of(product(input.subList(0, at)), product(input.subList(at, input.size()))));
  }

  private static int product(List<Integer> dimensions) {
    return dimensions.stream().reduce(1, Math::multiplyExact);
  }

  private static OnnxValue squeeze(OperatorCall call) {
    List<Integer> input = call.dimensions(0);
    List<Integer> axes =
        call.optional(1).isPresent()
            ? call.known(1).stream().map(axis -> call.axis(axis, input.size())).toList()
            : IntStream.range(0, input.size()).filter(i -> input.get(i) == 1).boxed().toList();
    List<Integer> output = new ArrayList<>();
    for (int i = 0; i < input.size(); i++) {
      if (axes.contains(i)) {
        call.require(input.get(i) == 1, "dimension " + i + " of " + input + " is not 1");
      } else {
        output.add(input.get(i));
      }
    }
    return call.input(0).shaped(output);
  }

  private static OnnxValue unsqueeze(OperatorCall call) {
    List<Integer> input = call.dimensions(0);
    int rank = input.size() + call.known(1).size();
    List<Integer> axes = call.known(1).stream().map(axis -> call.axis(axis, rank)).toList();
    call.require(axes.stream().distinct().count() == axes.size(), "axes stand once each");
    List<Integer> output = new ArrayList<>();
    int next = 0;
    for (int i = 0; i < rank; i++) {
      output.add(axes.contains(i) ? 1 : input.get(next++));
    }
    return call.input(0).shaped(output);
  }

  private static OnnxValue transpose(OperatorCall call) {
    List<Integer> input = call.dimensions(0);
    List<Long> reversed = new ArrayList<>(LongStream.range(0, input.size()).boxed().toList());
    Collections.reverse(reversed);
    List<Long> order = call.wholes("perm", reversed);
    call.require(
        order.stream().sorted().toList().equals(LongStream.range(0, input.size()).boxed().toList()),
        order + " is no order of " + input.size() + " dimensions");
    List<Integer> output = order.stream().map(axis -> input.get(axis.intValue())).toList();
    int[] strides = strides(input);
    return picked(
        call.input(0),
        output,
        place -> sum(place.length, d -> place[d] * strides[order.get(d).intValue()]));
  }

  private static OnnxValue concat(OperatorCall call) {
    List<Integer> first = call.dimensions(0);
    int axis = call.axis(call.whole("axis", 0), first.size());
    int size = 0;
    boolean known = axis == 0;
    List<Double> numbers = new ArrayList<>();
    for (int i = 0; i < call.node().inputs().size(); i++) {
      OnnxValue input = call.input(i);
      List<Integer> same = new ArrayList<>(input.dimensions());
      call.require(same.size() == first.size(), first + " and " + same + " do not fit together");
      size = Math.addExact(size, same.set(axis, first.get(axis)));
      call.require(
          same.equals(first), first + " and " + input.dimensions() + " do not fit together");
      known &= input.content().isPresent();
      numbers.addAll(input.content().orElse(List.of()));
    }
    List<Integer> output = new ArrayList<>(first);
    output.set(axis, size);
    return known
        ? OnnxValue.known(call.input(0).type(), output, numbers)
        : OnnxValue.of(call.input(0).type(), output);
  }

  private static OnnxValue slice(OperatorCall call) {
    OnnxValue input = call.input(0);
    List<Long> starts = call.known(1);
    List<Long> ends = call.known(2);
    List<Long> axes =
        call.optional(3).isPresent()
            ? call.known(3)
            : LongStream.range(0, starts.size()).boxed().toList();
    List<Long> steps =
        call.optional(4).isPresent() ? call.known(4) : Collections.nCopies(starts.size(), 1L);
    call.require(
        ends.size() == starts.size()
            && axes.size() == starts.size()
            && steps.size() == starts.size(),
        "each axis has a start, an end and a step");
    List<Integer> output = new ArrayList<>(input.dimensions());
    int[] strides = strides(input.dimensions());
    int first = 0;
    for (int i = 0; i < starts.size(); i++) {
      int axis = call.axis(axes.get(i), input.rank());
      int size = output.get(axis);
      long step = steps.get(i);
      call.require(step != 0, "a step is not 0");
      int start = clamped(starts.get(i), size, 0, step > 0 ? size : size - 1);
      int end = clamped(ends.get(i), size, step > 0 ? 0 : -1, size);
      long count = step > 0 ? (end - start + step - 1) / step : (start - end - step - 1) / -step;
      output.set(axis, (int) Math.max(0, count));
      // Of no more than one number, no step is taken.
      first += count > 0 ? start * strides[axis] : 0;
      strides[axis] = count > 1 ? Math.toIntExact(step * strides[axis]) : 0;
    }
    int from = first;
    return picked(input, output, place -> from + sum(place.length, d -> place[d] * strides[d]));
  }

  private static int[] strides(List<Integer> dimensions) {
    int[] strides = new int[dimensions.size()];
    int stride = 1;
    for (int d = strides.length - 1; d >= 0; d--) {
      strides[d] = stride;
      stride *= dimensions.get(d);
    }
    return strides;
  }

  private static int sum(int count, IntUnaryOperator term) {
    return IntStream.range(0, count).map(term).sum();
  }

  /** Numbers of the input in other places: which one, by the place in the output. */
  private static OnnxValue picked(
      OnnxValue input, List<Integer> output, ToIntFunction<int[]> index) {
    if (input.content().isEmpty()) {
      return OnnxValue.of(input.type(), output);
    }
    List<Double> all = input.content().get();
    List<Double> numbers = new ArrayList<>();
    int count = product(output);
    int[] place = new int[output.size()];
    for (int i = 0; i < count; i++) {
      numbers.add(all.get(index.applyAsInt(place)));
      for (int d = place.length - 1; d >= 0 && ++place[d] == output.get(d); d--) {
        place[d] = 0;
      }
    }
    return OnnxValue.known(input.type(), output, numbers);
  }

  private static int clamped(long index, int size, int low, int high) {
    long positive = index < 0 ? Math.max(index, Long.MIN_VALUE / 2) + size : index;
    return (int) Math.max(low, Math.min(high, positive));
  }

  private static OnnxValue gather(OperatorCall call) {
    OnnxValue input = call.input(0);
    OnnxValue indices = call.input(1);
    int axis = call.axis(call.whole("axis", 0), input.rank());
    int size = input.dimensions().get(axis);
    indices
        .content()
        .ifPresent(
            all ->
                all.forEach(
                    i ->
                        call.require(
                            i >= -size && i < size,
                            "there is no index " + i.longValue() + " among " + size)));
    List<Integer> output = new ArrayList<>(input.dimensions().subList(0, axis));
    output.addAll(indices.dimensions());
    output.addAll(input.dimensions().subList(axis + 1, input.rank()));
    if (input.rank() != 1 || input.content().isEmpty() || indices.content().isEmpty()) {
      return OnnxValue.of(input.type(), output);
    }
    List<Double> all = input.content().get();
    return OnnxValue.known(
        input.type(),
        output,
        indices.content().get().stream()
            .map(i -> all.get(i.intValue() < 0 ? i.intValue() + size : i.intValue()))
            .toList());
  }

  private static OnnxValue expand(OperatorCall call) {
    OnnxValue input = call.input(0);
    List<Integer> output =
        ElementRules.broadcast(
            call, input.dimensions(), call.known(1).stream().map(Math::toIntExact).toList());
    OnnxValue unknown = OnnxValue.of(input.type(), output);
    if (input.content().isEmpty() || unknown.elements() > OnnxValue.MOST_FOLLOWED) {
      return unknown;
    }
    return OnnxValue.known(
        input.type(),
        output,
        IntStream.range(0, unknown.elements())
            .mapToObj(i -> ElementRules.at(input, output, i))
            .toList());
  }

  private static OnnxValue tile(OperatorCall call) {
    List<Integer> input = call.dimensions(0);
    List<Long> repeats = call.known(1);
    call.require(repeats.size() == input.size(), "each dimension has a number of repeats");
    return each(call, i -> Math.toIntExact(Math.multiplyExact(input.get(i), repeats.get(i))));
  }

  private static OnnxValue pad(OperatorCall call) {
    List<Integer> input = call.dimensions(0);
    List<Long> pads = call.known(1);
    int rank = input.size();
    call.require(pads.size() == 2 * rank, "each dimension has a border before and behind");
    return each(
        call,
        i ->
            Math.toIntExact(
                Math.addExact(input.get(i), Math.addExact(pads.get(i), pads.get(i + rank)))));
  }

  private static OnnxValue each(OperatorCall call, IntUnaryOperator size) {
    return OnnxValue.of(
        call.input(0).type(), IntStream.range(0, call.input(0).rank()).map(size).boxed().toList());
  }

  private static OnnxValue range(OperatorCall call) {
    List<Long> numbers = new ArrayList<>();
    long start = call.known(0).get(0);
    long limit = call.known(1).get(0);
    long step = call.known(2).get(0);
    call.require(step != 0, "a step is not 0");
    for (long i = start; step > 0 ? i < limit : i > limit; i = Math.addExact(i, step)) {
      numbers.add(i);
      call.require(numbers.size() <= 1 << 16, "a range has at most 65536 numbers");
    }
    return OnnxValue.longs(numbers);
  }

  private static OnnxValue resize(OperatorCall call) {
    List<Integer> input = call.dimensions(0);
    if (call.optional(3).isPresent()) {
      List<Long> sizes = call.known(3);
      call.require(sizes.size() == input.size(), "each dimension has a size");
      return each(call, i -> Math.toIntExact(sizes.get(i)));
    }
    List<Double> scales =
        call.input(2)
            .content()
            .orElseThrow(() -> call.refused("its scales depend on the pictures"));
    call.require(scales.size() == input.size(), "each dimension has a scale");
    return each(call, i -> (int) Math.floor(input.get(i) * scales.get(i)));
  }

  private static OnnxValue blocks(OperatorCall call, int direction) {
    List<Integer> input = call.dimensions(0);
    int side = Math.toIntExact(call.whole("blocksize", 0));
    call.require(input.size() == 4 && side > 0, "maps have 4 dimensions, blocks a size");
    List<Integer> output =
        direction > 0
            ? List.of(
                input.get(0),
                Math.multiplyExact(input.get(1), Math.multiplyExact(side, side)),
                input.get(2) / side,
                input.get(3) / side)
            : List.of(
                input.get(0),
                input.get(1) / Math.multiplyExact(side, side),
                Math.multiplyExact(input.get(2), side),
                Math.multiplyExact(input.get(3), side));
    call.require(
        product(output) == product(input), "blocks of " + side + " do not divide " + input);
    return OnnxValue.of(call.input(0).type(), output);
  }
}
