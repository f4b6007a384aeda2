"""What the results and choices of the steps are called, for catalogues to translate.

The steps' own source names them in plain strings: it is shown to the reader, who should see what
TensorFlow is told and nothing else. What is code in every language, such as ``relu(x)``, is not
here, and neither are TensorFlow's own words.
"""

import re

from mnist_demo.language import N_, _

WORDS = (
    # tensors
    N_("shape"),
    N_("smallest"),
    N_("largest"),
    N_("tensor"),
    N_("constant"),
    N_("variable"),
    N_("matrix"),
    N_("row"),
    N_("matrix + row"),
    N_("picture * row"),
    N_("numbers"),
    N_("as int32"),
    N_("drawing as uint8"),
    N_("different values"),
    N_("vector"),
    N_("back in rows"),
    N_("sum"),
    N_("message"),
    # layers
    N_("shape of x"),
    N_("shape of W"),
    N_("shape of b"),
    N_("parameters"),
    N_("kernel"),
    N_("drawing"),
    N_("feature map"),
    N_("mean"),
    N_("summary"),
    N_("answer"),
    N_("zero"),
    N_("all alike"),
    N_("truncated normal"),
    N_("outputs of the eight units"),
    N_("different units"),
    N_("loss"),
    # activations
    N_("gradient"),
    N_("unit"),
    N_("outputs"),
    N_("silent units"),
    N_("your sigmoid"),
    N_("largest gap"),
    N_("p of x"),
    N_("p of 1"),
    N_("p of 0.2"),
    N_("probabilities"),
    N_("their sum"),
    N_("by the formula"),
    N_("maximum subtracted"),
    # losses
    N_("truth"),
    N_("step by step"),
    N_("knows nothing"),
    N_("wrong"),
    N_("right"),
    N_("truth is yes"),
    N_("truth is no"),
    N_("loss of pure guessing"),
    N_("minus log"),
    N_("from logits"),
    # gradients
    N_("gradient of w"),
    N_("not watched"),
    N_("watched"),
    N_("of w"),
    N_("of x"),
    N_("another tape"),
    N_("gradient of bias"),
    N_("gradient of weights"),
    N_("tried out"),
    N_("largest difference"),
    # descent
    N_("first loss"),
    N_("last loss"),
    N_("assign_sub is a variable"),
    N_("assign_sub has a gradient"),
    N_("plain is a variable"),
    N_("plain has a gradient"),
    N_("first gradient"),
    # data
    N_("shape of images"),
    N_("classes"),
    N_("pictures of this class"),
    N_("ten of them"),
    N_("one-hot"),
    N_("where the 1 is"),
    N_("one example"),
    N_("one batch"),
    N_("order"),
    N_("first card"),
    N_("furthest a card came forward"),
    N_("shuffle"),
    N_("repeat"),
    # graph
    N_("before the session"),
    N_("from the session"),
    N_("too early"),
    N_("after the initializer"),
    N_("graph"),
    N_("calls"),
    N_("graphs made"),
    N_("of shapes"),
    N_("graphs made with a signature"),
    N_("session"),
    N_("line by line"),
)


def say(word: str) -> str:
    """A word in the reader's language; batches have numbers."""
    batch = re.fullmatch(r"batch (\d+)", word)
    return _("batch {number}").format(number=batch[1]) if batch else _(word)
