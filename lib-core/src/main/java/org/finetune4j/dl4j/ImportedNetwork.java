package org.finetune4j.dl4j;

import org.finetune4j.network.Network;
import org.finetune4j.weights.Weights;

/**
 * A Deeplearning4j model as this library's own: it needs Deeplearning4j no longer.
 *
 * @param network channels first, each layer under Deeplearning4j's name and with what
 *     Deeplearning4j computes under that name; what needs several layers of ours has the others
 *     before it, named {@code name/...}
 * @param weights the network's tensors, copied
 */
public record ImportedNetwork(Network network, Weights weights) {}
