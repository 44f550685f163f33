"""What people read while a run goes on."""

import io

from archcompiler.training.reporting import Reporter


def test_an_epoch_is_told_by_its_loss_and_its_accuracies():
    stream = io.StringIO()
    row = {"epoch": 3, "learning_rate": 0.1, "loss": 0.5, "val_loss": 0.75}
    row |= {"interval_1_accuracy": 0.25, "val_interval_1_accuracy": 0.125}
    Reporter(stream, 20).epoch(row, best=True)
    assert stream.getvalue() == (
        "epoch  3/20  loss 0.5000  validation loss 0.7500  interval_1_accuracy 0.2500"
        "  validation interval_1_accuracy 0.1250  0.0 s  best\n"
    )
