"""What other frameworks call the things of this one, to say what to write instead."""

from collections.abc import Iterable

from archcompiler.diagnostics import suggest

SYNONYMS = {
    # arguments
    "bias": ("use_bias",),
    "dilation": ("dilation_rate",),
    "eps": ("epsilon",),
    "features": ("units",),
    "kernel": ("kernel_size", "pool_size"),
    "kernel_size": ("pool_size",),
    "out_channels": ("filters",),
    "out_features": ("units",),
    "p": ("rate",),
    "pool_size": ("kernel_size",),
    "scale_factor": ("size",),
    "stride": ("strides",),
    # ops
    "adaptiveavgpool2d": ("GlobalAveragePooling2D",),
    "adaptivemaxpool2d": ("GlobalMaxPooling2D",),
    "avgpool2d": ("AveragePooling2D",),
    "batchnorm": ("BatchNormalization",),
    "batchnorm2d": ("BatchNormalization",),
    "bn": ("BatchNormalization",),
    "concat": ("concatenate",),
    "conv": ("Conv2D",),
    "convtranspose2d": ("Conv2DTranspose",),
    "fc": ("Dense",),
    "globalavgpool": ("GlobalAveragePooling2D",),
    "linear": ("Dense",),
    "maxpool": ("MaxPooling2D",),
    "maxpool2d": ("MaxPooling2D",),
    "sum": ("add",),
    "upsample": ("UpSampling2D",),
    # activations
    "hsigmoid": ("hard_sigmoid",),
    "hswish": ("hard_swish",),
    "lrelu": ("leaky_relu",),
    "leakyrelu": ("leaky_relu",),
    # initializers
    "kaiming_normal": ("he_normal",),
    "kaiming_uniform": ("he_uniform",),
    "xavier_normal": ("glorot_normal",),
    "xavier_uniform": ("glorot_uniform",),
}
"""By the lower-case word of another framework or a paper, what it is called here."""

_NEEDLESS = frozenset({"in_channels", "in_features", "input_dim", "input_shape"})
_ABSENT = frozenset(
    {
        "attention",
        "bidirectional",
        "embedding",
        "gru",
        "lambda",
        "lstm",
        "multiheadattention",
        "rnn",
        "selfattention",
        "simplernn",
        "timedistributed",
    }
)


def suggest_here(word: str, candidates: Iterable[str]) -> str:
    """Return `did you mean ...?` for what is called so elsewhere, or the nearest."""
    known = dict.fromkeys(candidates)
    for name in SYNONYMS.get(word.lower().rpartition(".")[2], ()):
        if name in known:
            return f"did you mean `{name}`?"
    return suggest(word, known)


def suggest_argument(word: str, candidates: Iterable[str]) -> str:
    """Return what to write instead of an argument that a call does not take."""
    if word.lower() in _NEEDLESS:
        return f"remove `{word}`: it is known from what arrives"
    return suggest_here(word, candidates)


def suggest_op(word: str, candidates: Iterable[str]) -> str:
    """Return what to write instead of a type that nothing bears."""
    if word.lower().rpartition(".")[2] in _ABSENT:
        return "the language holds no recurrent layers, attention or code"
    return suggest_here(word, candidates)
