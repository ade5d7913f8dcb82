"""Type of a Chronos-2's config.json: its fields, their limits, and the weights that they imply.

A field that is not here is ignored: the library would act upon some of them, such as
`transformers_weights` and `quantization_config`. A missing field has the library's default.
"""

from typing import Annotated, Literal

from msgspec import Meta, Struct

Activation = Literal[
    "relu", "gelu", "gelu_new", "gelu_fast", "gelu_pytorch_tanh", "quick_gelu", "leaky_relu",
    "linear", "mish", "relu2", "relu6", "sigmoid", "silu", "swish", "tanh",
]  # fmt: skip
"""Activation functions of the library that have no weights of their own."""

NumberFormat = Literal["float64", "float32", "bfloat16", "float16"]

# The largest published Chronos-2 has 12 layers of width 768, a context of 8,192 steps, patches of
# 16 steps and 64 of them in a forecast.
Width = Annotated[int, Meta(ge=1, le=65_536)]
HeadWidth = Annotated[int, Meta(ge=2, le=65_536, multiple_of=2)]
Layers = Annotated[int, Meta(ge=1, le=1_000)]
Patch = Annotated[int, Meta(ge=1, le=1_024)]
Patches = Annotated[int, Meta(ge=1, le=4_096)]
Steps = Annotated[int, Meta(ge=1, le=131_072)]
# The library rounds levels to float32, where a closer one equals 0, 1 or another level.
Level = Annotated[float, Meta(ge=1e-6, le=1 - 1e-6)]
LEVEL_DIGITS = 6

UNROLLED_LEVELS = (0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9)
"""Quantile levels from which the library forecasts beyond the horizon; it requires them always."""


class ForecastConfig(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The part `chronos_config`: how a Chronos-2 reads series and forecasts them.

    An unknown field is refused, because it could change the forecasts.

    Attributes:
        context_length: Longest history that the model reads, in steps.
        input_patch_size: Length of a patch of the history, in steps.
        input_patch_stride: Distance between the starts of two patches, in steps.
        output_patch_size: Length of a patch of the forecast, in steps.
        max_output_patches: Number of patches that the model forecasts at once, at most.
        quantiles: Quantile levels of the forecasts, ascending.
        time_encoding_scale: Number of steps by which positions are divided; if None, the context
            length.
        use_arcsinh: Whether values pass through the inverse hyperbolic sine.
        use_reg_token: Whether a token separates the history from the future. The library
            forecasts only with it.
    """

    context_length: Steps
    input_patch_size: Patch
    input_patch_stride: Patch
    output_patch_size: Patch
    max_output_patches: Patches = 1
    quantiles: Annotated[tuple[Level, ...], Meta(min_length=1, max_length=999)]
    time_encoding_scale: Steps | None = None
    use_arcsinh: bool = False
    use_reg_token: bool = False

    def __post_init__(self) -> None:
        """Verify what the type of a single field cannot say.

        Raises:
            ValueError: The fields contradict each other, or the library.
        """
        if self.output_patch_size != self.input_patch_size:
            raise ValueError(
                f"output_patch_size is {self.output_patch_size} and input_patch_size is "
                f"{self.input_patch_size}, so the model cannot be built"
            )
        if not self.use_reg_token:
            raise ValueError("use_reg_token is false, so the model cannot forecast")
        rounded = [round(level, LEVEL_DIGITS) for level in self.quantiles]
        if rounded != sorted(set(rounded)):
            raise ValueError("quantiles must ascend, and must not repeat")
        if missing := [level for level in UNROLLED_LEVELS if level not in self.quantiles]:
            raise ValueError(f"quantiles must include {', '.join(map(str, missing))}")


class ModelConfig(Struct, frozen=True, kw_only=True):
    """The config.json of a Chronos-2.

    Attributes:
        chronos_config: How the model reads series and forecasts them.
        d_model: Width of the hidden states.
        d_kv: Width of an attention head.
        d_ff: Width of the feed-forward layers.
        num_layers: Number of encoder blocks.
        num_heads: Number of attention heads.
        dropout_rate: Dropout during training.
        layer_norm_epsilon: Number added to a variance before its root is taken.
        feed_forward_proj: The activation function.
        dense_act_fn: The activation function, instead of `feed_forward_proj`.
        is_gated_act: Whether feed-forward layers are gated, which a Chronos-2 does not support.
        rope_theta: Base of the rotary position encoding.
        dtype: Number format that the weights were saved in. Settings decide the one in use.
        torch_dtype: Older name of `dtype`.
    """

    chronos_config: ForecastConfig
    d_model: Width = 512
    d_kv: HeadWidth = 64
    d_ff: Width = 2_048
    num_layers: Layers = 6
    num_heads: Width = 8
    dropout_rate: Annotated[float, Meta(ge=0, le=1)] = 0.1
    layer_norm_epsilon: Annotated[float, Meta(gt=0, le=1)] = 1e-6
    feed_forward_proj: Activation = "relu"
    dense_act_fn: Activation | None = None
    is_gated_act: bool = False
    rope_theta: Annotated[float, Meta(ge=1, le=1e12)] = 10_000.0
    dtype: NumberFormat | None = None
    torch_dtype: NumberFormat | None = None

    def __post_init__(self) -> None:
        """Refuse gated layers.

        Raises:
            ValueError: The layers are gated.
        """
        if self.is_gated_act:
            raise ValueError("is_gated_act is true, so the model cannot be built")

    def weight_shapes(self) -> dict[str, tuple[int, ...]]:
        """Return the name and shape of every weight, as `chronos.chronos2.model` builds them."""
        width, hidden, inner = self.d_model, self.d_ff, self.num_heads * self.d_kv
        patch, levels = self.chronos_config.input_patch_size, len(self.chronos_config.quantiles)
        projection = dict.fromkeys("qkv", (inner, width)) | {"o": (width, inner)}
        attention = {f"self_attention.{name}": shape for name, shape in projection.items()}
        feed_forward = {"mlp.wi": (hidden, width), "mlp.wo": (width, hidden)}
        shapes: dict[str, tuple[int, ...]] = {
            "shared.weight": (2, width),  # padding, and the token before the future
            "encoder.final_layer_norm.weight": (width,),
        }
        for number in range(self.num_layers):
            for position, layer in enumerate((attention, attention, feed_forward)):
                prefix = f"encoder.block.{number}.layer.{position}"
                shapes[f"{prefix}.layer_norm.weight"] = (width,)
                shapes |= {f"{prefix}.{name}.weight": shape for name, shape in layer.items()}
        # An input patch has a time, a value and a mask for each step.
        for embedding, inputs, outputs in (
            ("input_patch_embedding", 3 * patch, width),
            ("output_patch_embedding", width, levels * patch),
        ):
            for layer_name, shape in (
                ("hidden_layer", (hidden, inputs)),
                ("output_layer", (outputs, hidden)),
                ("residual_layer", (outputs, inputs)),
            ):
                shapes[f"{embedding}.{layer_name}.weight"] = shape
                shapes[f"{embedding}.{layer_name}.bias"] = shape[:1]
        return shapes
