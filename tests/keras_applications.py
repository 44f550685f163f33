"""The specs that ship and have a model in keras.applications."""

APPLICATIONS = {
    **{
        f"convnext-{name.lower()}": f"ConvNeXt{name}"
        for name in ("Tiny", "Small", "Base", "Large", "XLarge")
    },
    "densenet121": "DenseNet121",
    "densenet169": "DenseNet169",
    "densenet201": "DenseNet201",
    **{f"efficientnet-b{n}": f"EfficientNetB{n}" for n in range(8)},
    **{
        f"efficientnet-v2-{name.lower()}": f"EfficientNetV2{name}"
        for name in ("B0", "B1", "B2", "B3", "S", "M", "L")
    },
    "inception-resnet-v2": "InceptionResNetV2",
    "inception-v3": "InceptionV3",
    "mobilenet-v1": "MobileNet",
    "mobilenetv2": "MobileNetV2",
    "mobilenet-v3-large": "MobileNetV3Large",
    "mobilenet-v3-small": "MobileNetV3Small",
    "nasnet-mobile": "NASNetMobile",
    "nasnet-large": "NASNetLarge",
    "resnet50": "ResNet50",
    "resnet101": "ResNet101",
    "resnet152": "ResNet152",
    "resnet50v2": "ResNet50V2",
    "resnet101v2": "ResNet101V2",
    "resnet152v2": "ResNet152V2",
    "vgg16": "VGG16",
    "vgg19": "VGG19",
    "xception": "Xception",
}
"""The name of each spec in keras.applications."""
