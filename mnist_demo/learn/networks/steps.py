"""What the chapter on the five networks runs: only networks, none of them on a drawing."""

from mnist_demo.learn.step import Step

STEPS: tuple[Step, ...] = ()
