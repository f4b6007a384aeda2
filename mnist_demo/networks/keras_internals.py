"""What touches Keras's insides, with the reason and with what happens once they are gone.

`test_keras_internals` fails where one of them is not needed any more, or does not work.
"""

from typing import Any

import keras
import tensorflow as tf

Tensor = Any


class FusedAdam(keras.optimizers.Adam):  # type: ignore[misc]
    """Keras's Adam with TensorFlow's one operation for all that it does to a variable.

    Keras composes it of a dozen; steps take a tenth to a quarter less time, the first one half.
    Where Keras keeps its moments elsewhere, its own operations do the same.
    """

    def update_step(self, gradient: Tensor, variable: tf.Variable, learning_rate: Tensor) -> None:
        """Change ``variable`` and its two moments in place."""
        moments = _find_moments(self, variable)
        if moments is None:
            super().update_step(gradient, variable, learning_rate)
            return
        step = tf.cast(self.iterations.value, tf.float32) + 1
        tf.raw_ops.ResourceApplyAdam(
            var=variable.handle,
            m=moments[0].value.handle,
            v=moments[1].value.handle,
            beta1_power=self.beta_1**step,
            beta2_power=self.beta_2**step,
            lr=tf.cast(learning_rate, tf.float32),
            beta1=self.beta_1,
            beta2=self.beta_2,
            epsilon=self.epsilon,
            grad=gradient,
        )


def _find_moments(optimizer: keras.optimizers.Adam, variable: tf.Variable) -> Any:
    """Keras's variables with the first and the second moment of ``variable``, or None."""
    names = ("_get_variable_index", "_momentums", "_velocities")
    if not all(hasattr(optimizer, name) for name in names):
        return None
    index = optimizer._get_variable_index(variable)
    return optimizer._momentums[index], optimizer._velocities[index]
