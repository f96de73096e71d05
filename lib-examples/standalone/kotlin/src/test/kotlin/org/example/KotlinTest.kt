package org.example

import java.nio.file.Files
import org.finetune4j.data.ImageDataset
import org.finetune4j.data.LabeledImage
import org.finetune4j.target.Labels
import org.finetune4j.image.Image
import org.finetune4j.model.ImageClassifier
import org.finetune4j.network.Network
import org.finetune4j.network.Shape
import org.finetune4j.optimize.Optimizer
import org.finetune4j.train.NetworkTrainer
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Test

class KotlinTest {
    private val labels = Labels.of("dark", "bright")

    private fun picture(label: Int, number: Int): Image =
        Image.of(12, 12, ByteArray(12 * 12 * 3) { (60 + 120 * label + (it * 31 + number * 17) % 40).toByte() })

    @Test
    fun trainsSavesAndPredicts() {
        val photos = ImageDataset.of(labels, List(32) { LabeledImage.of("picture $it", picture(it % 2, it), it % 2) })
        val network =
            Network.builder(Shape.map(3, 8, 8))
                .convolution("conv", 4, 3)
                .globalAveragePool()
                .dense(2)
                .softmax()
                .build()
        val file = Files.createTempDirectory("kotlin").resolve("dark-or-bright.zip")
        NetworkTrainer.builder(network, labels)
            .optimizer(Optimizer.adam(3e-2))
            .batchSize(8)
            .epochs(30)
            .build()
            .fit(photos)
            .classifier()
            .use { it.save(file) }
        ImageClassifier.load(file).use { classifier ->
            assertEquals("bright", classifier.predict(picture(1, 99), 1).first().label())
            assertEquals(1.0, classifier.evaluate(photos).accuracy())
        }
    }
}
