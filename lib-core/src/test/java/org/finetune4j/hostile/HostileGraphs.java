package org.finetune4j.hostile;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.util.ModelSerializer;
import org.finetune4j.dl4j.Dl4jGraphs;
import org.finetune4j.network.Activation;
import org.finetune4j.network.Network;
import org.finetune4j.network.Shape;
import org.finetune4j.network.Window;
import org.finetune4j.testing.RandomWeights;

/** Model files of Deeplearning4j. */
final class HostileGraphs {
  private static final Shape INPUT = Shape.map(3, 8, 9);
  private static final String FILE = "model.zip";

  private HostileGraphs() {}

  static Subject graphs(Path folder) throws IOException {
    Network network =
        Network.builder(INPUT)
            .convolution("conv", 5, Window.of(3).same())
            .activation("swish", Activation.HARD_SWISH)
            .maxPool("pool", Window.of(2).stride(2))
            .globalAveragePool("mean")
            .build();
    ComputationGraph graph = Dl4jGraphs.toGraph(network, RandomWeights.of(network, 1));
    Path file = folder.resolve(FILE);
    ModelSerializer.writeModel(graph, file.toFile(), true);
    return new Subject(
        "Deeplearning4j models",
        List.of(Map.of(FILE, Files.readAllBytes(file))),
        Subject.Change.of(
            ZipParts.of(
                new JsonFields().repeated(),
                Mutation.oneOf(Fields.anyBytes(), Fields.beginning(128)).repeated())),
        read -> Dl4jGraphs.read(read.resolve(FILE), INPUT));
  }
}
