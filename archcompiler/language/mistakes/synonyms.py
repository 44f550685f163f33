"""What other frameworks call the things of this one, to say what to write instead."""

from collections.abc import Collection, Iterable

from archcompiler.diagnostics import Proposal, meant, nearest, suggest

SYNONYMS = {
    # arguments, totals, and those of optimizers
    "act": ("activation",),
    "activation_fn": ("activation",),
    "alpha": ("negative_slope",),
    "begin": ("start",),
    "bias": ("use_bias",),
    "channels": ("filters",),
    "dilation": ("dilation_rate",),
    "dilations": ("dilation_rate",),
    "drop_prob": ("rate",),
    "drop_rate": ("rate",),
    "end": ("stop",),
    "eps": ("epsilon",),
    "features": ("units", "filters"),
    "filter_size": ("kernel_size", "pool_size"),
    "flops": ("macs",),
    "group": ("groups",),
    "kernel": ("kernel_size", "pool_size"),
    "kernel_size": ("pool_size",),
    "ksize": ("kernel_size", "pool_size"),
    "lr": ("learning_rate",),
    "mult_adds": ("macs",),
    "n_filters": ("filters",),
    "num_classes": ("units",),
    "num_filters": ("filters",),
    "num_output": ("filters", "units"),
    "num_units": ("units",),
    "out_channels": ("filters",),
    "out_features": ("units",),
    "out_planes": ("filters",),
    "output_channels": ("filters",),
    "p": ("rate",),
    "pad": ("padding", "ZeroPadding2D"),
    "pads": ("padding",),
    "pool_size": ("kernel_size",),
    "scale_factor": ("size",),
    "stride": ("strides",),
    "upscale_factor": ("block_size",),
    # ops
    "adaptiveavgpool2d": ("GlobalAveragePooling2D",),
    "adaptivemaxpool2d": ("GlobalMaxPooling2D",),
    "averagepool": ("AveragePooling2D",),
    "averagepooling": ("AveragePooling2D",),
    "avg": ("average",),
    "avgpool": ("AveragePooling2D",),
    "avgpool2d": ("AveragePooling2D",),
    "batchnorm": ("BatchNormalization",),
    "batchnorm2d": ("BatchNormalization",),
    "bn": ("BatchNormalization",),
    "cat": ("concatenate",),
    "channel_pad": ("ChannelPadding",),
    "channel_max": ("ChannelMaxPooling",),
    "channel_mean": ("ChannelAveragePooling",),
    "chunk": ("ChannelSplit",),
    "concat": ("concatenate",),
    "conv": ("Conv2D",),
    "convolution": ("Conv2D",),
    "convtranspose2d": ("Conv2DTranspose",),
    "crop": ("Cropping2D",),
    "deconv": ("Conv2DTranspose",),
    "deconvolution": ("Conv2DTranspose",),
    "depthwise": ("DepthwiseConv2D",),
    "depthwise_conv": ("DepthwiseConv2D",),
    "depthwise_convolution": ("DepthwiseConv2D",),
    "dropconnect": ("StochasticDepth",),
    "droppath": ("StochasticDepth",),
    "dropout2d": ("SpatialDropout2D",),
    "dw_conv": ("DepthwiseConv2D",),
    "eltwise": ("add",),
    "fc": ("Dense",),
    "frozenbatchnorm2d": ("BatchNormalization",),
    "fully_connected": ("Dense",),
    "gap": ("GlobalAveragePooling2D",),
    "global_average_pool": ("GlobalAveragePooling2D",),
    "global_average_pooling": ("GlobalAveragePooling2D",),
    "global_avg_pool": ("GlobalAveragePooling2D",),
    "global_max_pool": ("GlobalMaxPooling2D",),
    "global_max_pooling": ("GlobalMaxPooling2D",),
    "gmp": ("GlobalMaxPooling2D",),
    "group_norm": ("GroupNormalization",),
    "instance_norm": ("GroupNormalization",),
    "instance_norm2d": ("GroupNormalization",),
    "interpolate": ("Resizing",),
    "layer_norm": ("LayerNormalization",),
    "linear": ("Dense",),
    "local_response_norm": ("LocalResponseNormalization",),
    "lrn": ("LocalResponseNormalization",),
    "max": ("maximum",),
    "maxpool": ("MaxPooling2D",),
    "maxpool2d": ("MaxPooling2D",),
    "maxpooling": ("MaxPooling2D",),
    "mean": ("average",),
    "min": ("minimum",),
    "mul": ("multiply",),
    "narrow": ("ChannelSlice",),
    "pad_channels": ("ChannelPadding",),
    "pixel_shuffle": ("DepthToSpace",),
    "pixel_unshuffle": ("SpaceToDepth",),
    "resize": ("Resizing",),
    "sep_conv": ("SeparableConv2D",),
    "slice": ("ChannelSlice",),
    "split": ("ChannelSplit",),
    "strided_slice": ("ChannelSlice",),
    "sum": ("add",),
    "transpose": ("Permute",),
    "transposed_conv": ("Conv2DTranspose",),
    "unpool": ("UpSampling2D",),
    "upconv": ("Conv2DTranspose",),
    "upsample": ("UpSampling2D",),
    "view": ("Reshape",),
    "zeropad": ("ZeroPadding2D",),
    "zeropad2d": ("ZeroPadding2D",),
    # activations
    "clipped_relu": ("relu6",),
    "hsigmoid": ("hard_sigmoid",),
    "hswish": ("hard_swish",),
    "logistic": ("sigmoid",),
    "lrelu": ("leaky_relu",),
    "leakyrelu": ("leaky_relu",),
    # initializers
    "kaiming_normal": ("he_normal",),
    "kaiming_uniform": ("he_uniform",),
    "msra": ("he_normal",),
    "xavier": ("glorot_uniform",),
    "xavier_normal": ("glorot_normal",),
    "xavier_uniform": ("glorot_uniform",),
}
"""By the word of another framework or a paper, what it is called here."""

_NEEDLESS = frozenset({"in_channels", "in_features", "input_dim", "input_shape"})
_ABSENT = frozenset(
    {
        "attention",
        "bidirectional",
        "convlstm",
        "convlstm1d",
        "convlstm2d",
        "convlstm3d",
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

_UNPOOLING = "no op knows where a maximum was: `UpSampling2D` enlarges without it"
_NO_LAYERS = {
    "channelpool": "concatenate `ChannelMaxPooling` and `ChannelAveragePooling`",
    "identity": "to leave a value as it is, write a branch `[]`, or no step",
    "input": "the input is no row: write `input: 224x224x3` above the table",
    "maxunpool2d": _UNPOOLING,
    "maxunpooling2d": _UNPOOLING,
    "inputlayer": "the input is no row: write `input: 224x224x3` above the table",
}


def suggest_here(word: str, candidates: Iterable[str]) -> str:
    """Return `did you mean ...?` for what is called so elsewhere, or the nearest."""
    known = dict.fromkeys(candidates)
    name = called_here(word, known)
    return meant(name) if name else suggest(word, known)


def called_here(word: str, known: Collection[str]) -> str:
    """Return what is called here as a word elsewhere means it, or nothing."""
    bare = _bare(word)
    alike = [name for name in known if _bare(name) == bare]
    return next((n for n in (*alike, *_BARE.get(bare, ())) if n in known), "")


def is_near(word: str, name: str) -> bool:
    """Whether a word is what a name is called elsewhere, or nearly the name."""
    return bool(called_here(word, (name,)) or nearest(word, (name,), 0.75))


def _bare(word: str) -> str:
    """Return `hardswish` of `hard_swish`, `Hard-Swish` and `nn.HardSwish`."""
    return word.lower().rpartition(".")[2].translate(_JOINTS)


_JOINTS = str.maketrans("", "", "-_ ")
_BARE = {_bare(word): names for word, names in SYNONYMS.items()}


def suggest_argument(word: str, candidates: Iterable[str]) -> str:
    """Return what to write instead of an argument that a call does not take."""
    if word.lower() in _NEEDLESS:
        return f"remove `{word}`: it is known from what arrives"
    return suggest_here(word, candidates)


def suggest_op(word: str, blocks: Iterable[str], ops: Iterable[str]) -> str:
    """Return what to write instead of an unknown type: a block, else an op."""
    bare, own, of_all = _bare(word), dict.fromkeys(blocks), dict.fromkeys(ops)
    for names in (own, of_all):
        if any(_bare(name) == bare for name in names):
            return suggest_here(word, names)
    if bare in _ABSENT:
        return "the language holds no recurrent layers, attention or code"
    if bare in _NO_LAYERS:
        return _NO_LAYERS[bare]
    if bare[-2:] in ("1d", "3d"):
        return _suggest_of_images(word, of_all)
    near = _nearest(word, own, of_all)
    help = meant(near) if near else suggest_here(word, (*own, *of_all))
    # The holes of a pattern are to be filled: its name is no text to write.
    return str(help) if "<" in help else help


def _nearest(word: str, own: Iterable[str], ops: Iterable[str]) -> str:
    """Return the near block, or the op that is much nearer, or nothing."""
    for cutoff in (0.9, 0.75):
        for names in (own, ops) if cutoff > 0.8 else (own,):
            if near := nearest(word, names, cutoff):
                return near
    return ""


def _suggest_of_images(word: str, known: Iterable[str]) -> str:
    """Return the help for a layer of sequences or of volumes."""
    near = suggest_here(f"{word[:-2]}2{word[-1]}", known)
    if "2D" not in near:
        return near
    if word[-2] == "3":
        return "the language holds no volumes: layers take images, of two dimensions"
    words = f"a signal is an image one high, `1x16000x1`, its window `1x3`: {near}"
    return Proposal(words, near.text) if isinstance(near, Proposal) else words
