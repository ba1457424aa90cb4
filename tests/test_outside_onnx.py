"""ONNX's own cases for every operation that is a layer, a loss or an optimiser of ours.

Each case is computed by ``lib``, refused by it with the sentence in ``REFUSED``, or
listed in ``LISTED`` with the reason. What ONNX has beyond that is in ``NOT_OURS``, by operation.
"""

import warnings

import numpy as np
import pytest

from lib import nn, optim

pytest.importorskip("onnx")


class Draws(np.random.Generator):
    """A generator that has Dropout keep what ONNX's own random numbers kept."""

    def __init__(self, kept):
        super().__init__(np.random.PCG64(0))
        self.kept = kept

    def random(self, size, dtype):
        """Return 1 for what is kept and 0 for what is dropped."""
        return np.resize(self.kept, size).astype(dtype)


RNG = np.random.default_rng(0)


def loaded(layer, **state):
    """Return a layer with the weights of the case."""
    layer.load_state_dict(layer.state_dict() | state)
    return layer


def text(value):
    return value.decode() if isinstance(value, bytes) else value


def split(pads):
    """Return ONNX's ``[top, left, bottom, right]`` as what np.pad takes."""
    half = len(pads) // 2
    return [(0, 0), (0, 0), *zip(pads[:half], pads[half:], strict=True)]


def same(x, kernel, stride, where):
    """Return the padding for ``auto_pad``: as few zeros as make ceil(size / stride) windows."""
    total = [
        max((-(-n // s) - 1) * s + k - n, 0)
        for n, k, s in zip(x.shape[2:], kernel, stride, strict=True)
    ]
    less, more = [t // 2 for t in total], [t - t // 2 for t in total]
    return less + more if where == "SAME_UPPER" else more + less


def window(x, kernel, a):
    """Return kernel, stride and padding of a case, and the options that say what else it wants."""
    stride = a.pop("strides", [1] * len(kernel))
    pads, where = a.pop("pads", [0] * 2 * len(kernel)), text(a.pop("auto_pad", "NOTSET"))
    if where.startswith("SAME") and len(kernel) == 2:
        pads = same(x, kernel, stride, where)
    dilation, group = a.pop("dilations", [1]), a.pop("group", 1)
    more = {} if set(dilation) == {1} else {"dilation": tuple(dilation)}
    more |= {} if group == 1 else {"groups": group}
    return tuple(kernel), tuple(stride), pads, more


def conv(a, x, weight, bias=None):
    kernel, stride, pads, more = window(x, weight.shape[2:], a)
    a.pop("kernel_shape", None)
    layer = nn.Conv2d(
        weight.shape[1], len(weight), kernel, stride, bias=bias is not None, rng=RNG, **more
    )
    state = {"weight": weight} | ({} if bias is None else {"bias": bias})
    x = np.pad(x, split(pads)) if any(pads) else x  # before the layer, as its message says
    return (loaded(layer, **state)(x),)


def conv_transpose(a, x, weight):
    shape, where = a.pop("output_shape", None), text(a.pop("auto_pad", "NOTSET"))
    a.pop("kernel_shape", None)
    kernel, stride, pads, more = window(x, weight.shape[2:], a)
    extra = a.pop("output_padding", [0] * len(kernel))
    if where.startswith("SAME"):
        shape = [n * s for n, s in zip(x.shape[2:], stride, strict=True)]
    if shape:  # the whole output, whose last rows and columns are then added or cut off
        whole = [(n - 1) * s + k for n, s, k in zip(x.shape[2:], stride, kernel, strict=True)]
        extra = [max(0, out - full) for out, full in zip(shape, whole, strict=True)]
    layer = nn.ConvTranspose2d(
        weight.shape[0], weight.shape[1], kernel, stride, tuple(pads[: len(kernel)]),
        tuple(extra), bias=False, rng=RNG, **more,
    )  # fmt: skip
    y = loaded(layer, weight=weight)(x)
    return (y[:, :, : shape[0], : shape[1]] if shape else y,)


def pool(kind, fill):
    def compute(a, x):
        kernel, stride, pads, more = window(x, a.pop("kernel_shape"), a)
        counted = a.pop("count_include_pad", 0) or kind is nn.MaxPool2d
        more |= {"ceil_mode": True} if a.pop("ceil_mode", 0) else {}
        more |= {"count_include_pad": False} if any(pads) and not counted else {}
        storage_order = a.pop("storage_order", 0)
        more |= {"storage_order": storage_order} if storage_order else {}
        even = pads[: len(kernel)] == pads[len(kernel) :]
        if even and all(2 * p <= k for p, k in zip(pads, kernel, strict=False)):
            return (kind(kernel, stride, tuple(pads[: len(kernel)]), **more)(x),)
        layer = kind(kernel, stride, **more)
        return (layer(np.pad(x, split(pads), constant_values=fill)),)

    return compute


def batch_norm(a, x, weight, bias, mean, var):
    layer = nn.BatchNorm2d(x.shape[1], eps=a.pop("epsilon", 1e-5))
    loaded(layer, weight=weight, bias=bias, running_mean=mean, running_var=var)
    if not a.pop("training_mode", 0):
        return (layer.eval()(x),)
    y, n = layer(x), x.size // x.shape[1]
    # ONNX averages the variance of the batch, PyTorch and we the unbiased estimate
    new = layer.running_var.data - 0.9 * var
    return y, layer.running_mean.data, 0.9 * var + new * (n - 1) / n


def dropout(a, x, ratio=0.5, training=False, expected=()):
    ratio = a.pop("ratio", ratio)
    a.pop("seed", None)
    kept = expected[1] if len(expected) > 1 else expected[0] != 0
    layer = nn.Dropout(float(ratio), rng=Draws(kept)).train(bool(training))
    y = layer(x)
    return y, layer._saved if layer._saved is not None else np.ones(x.shape, bool)


def gemm(a, A, B, C=None):
    A = A.T if a.pop("transA", 0) else A
    weight = B if a.pop("transB", 0) else B.T
    layer = nn.Linear(A.shape[1], len(weight), bias=C is not None, rng=RNG)
    state = {"weight": np.float32(a.pop("alpha", 1)) * weight}
    if C is not None:
        one_row = C.size in (1, len(weight))
        state["bias"] = np.float32(a.pop("beta", 1)) * (
            np.broadcast_to(C.ravel(), len(weight)) if one_row else C
        )
    return (loaded(layer, **state)(np.ascontiguousarray(A)),)


def along(kind):
    def compute(a, x):
        axis = a.pop("axis", -1)
        y = kind()(np.moveaxis(x, axis, -1))  # as its message about ``dim`` says
        return (np.moveaxis(y, -1, axis),)

    return compute


def flatten(a, x):
    axis = a.pop("axis", 1) % x.ndim
    return (nn.Flatten()(x) if axis == 1 else nn.Flatten(start_dim=axis)(x),)


def leaky_relu(a, x):
    return (nn.LeakyReLU(a.pop("alpha", 0.01))(x),)


def global_pool(a, x):
    return (nn.GlobalAvgPool2d()(x)[:, :, None, None],)


def classes(kind):
    def compute(a, x, labels, weight=None):
        reduction = text(a.pop("reduction", "mean"))
        more = {} if reduction == "mean" else {"reduction": reduction}
        more |= {} if weight is None else {"weight": weight}
        more |= {"ignore_index": a.pop("ignore_index")} if "ignore_index" in a else {}
        loss = kind(**more)
        rows = np.moveaxis(x, 1, -1)  # as its message says
        value = loss(rows.reshape(-1, x.shape[1]), labels.ravel())
        return np.float32(value), np.moveaxis(nn.LogSoftmax()(rows), -1, 1)

    return compute


def momentum(a, lr, T, *arrays):
    beta, mode = a.pop("beta"), text(a.pop("mode"))
    n = len(arrays) // 3
    more = {} if T == 0 or beta == 1 else {"dampening": 1 - beta}
    parameters = [nn.Parameter(x.copy()) for x in arrays[:n]]
    sgd = optim.SGD(
        parameters, float(lr), a.pop("alpha"), nesterov=mode == "nesterov",
        weight_decay=a.pop("norm_coefficient"), **more,
    )  # fmt: skip
    for parameter, g, v, own in zip(
        parameters, arrays[n : 2 * n], arrays[2 * n :], sgd.memory["velocity"], strict=True
    ):
        parameter.grad[...], own[...] = g, v
    sgd.step()
    return [*(p.data for p in parameters), *sgd.memory["velocity"]]


def upsample(a, x, *rest):
    mode, axes = text(a.pop("mode", "nearest")), a.pop("axes", None)
    a = {name: text(value) for name, value in a.items()}
    *_, last = rest
    if last.dtype == np.int64 or mode != "nearest" or a:  # a size, another mode, other settings
        more = {"size": tuple(last)} if last.dtype == np.int64 and not a else {}
        more |= {} if mode == "nearest" else {"mode": mode}
        return (nn.Upsample(scale_factor=2, **more, **a)(x),)
    order = [2, 3] if axes is None else axes
    factors = dict(zip(order, last[-2:].tolist(), strict=True))
    whole = tuple(int(f) if f == int(f) else f for f in (factors[2], factors[3]))
    return (nn.Upsample(scale_factor=whole)(x),)


OURS = {
    "AveragePool": pool(nn.AvgPool2d, 0),
    "BatchNormalization": batch_norm,
    "Conv": conv,
    "ConvTranspose": conv_transpose,
    "Dropout": dropout,
    "Flatten": flatten,
    "Gemm": gemm,
    "GlobalAveragePool": global_pool,
    "LeakyRelu": leaky_relu,
    "LogSoftmax": along(nn.LogSoftmax),
    "MaxPool": pool(nn.MaxPool2d, -np.inf),
    "Momentum": momentum,
    "NegativeLogLikelihoodLoss": classes(nn.NLLLoss),
    "Relu": lambda a, x: (nn.ReLU()(x),),
    "Resize": upsample,
    "Sigmoid": lambda a, x: (nn.Sigmoid()(x),),
    "Softmax": along(nn.Softmax),
    "SoftmaxCrossEntropyLoss": classes(nn.CrossEntropyLoss),
    "Tanh": lambda a, x: (nn.Tanh()(x),),
    "Upsample": upsample,
}

# How many cases of each operation are computed, and come out as ONNX says.
COMPUTED = {
    "AveragePool": 5,
    "BatchNormalization": 4,
    "Conv": 6,
    "ConvTranspose": 6,
    "Dropout": 12,
    "Flatten": 3,
    "Gemm": 10,
    "GlobalAveragePool": 2,
    "LeakyRelu": 3,
    "LogSoftmax": 7,
    "MaxPool": 8,
    "Momentum": 3,
    "NegativeLogLikelihoodLoss": 0,
    "Relu": 1,
    "Resize": 3,
    "Sigmoid": 2,
    "Softmax": 7,
    "SoftmaxCrossEntropyLoss": 4,
    "Tanh": 2,
    "Upsample": 1,
}

# sentence -> the cases that it answers
REFUSED = {
    "AvgPool2d has no option count_include_pad;": """
        averagepool_2d_precomputed_pads averagepool_2d_precomputed_same_upper
        averagepool_2d_same_upper averagepool_2d_same_lower averagepool_2d_pads
    """,
    "AvgPool2d: kernel_size must be an integer ≥ 1, or two of them": """
        averagepool_1d_default averagepool_3d_default
    """,
    "AvgPool2d has no option ceil_mode;": """
        averagepool_2d_ceil averagepool_2d_ceil_last_window_starts_on_pad
    """,
    "AvgPool2d has no option dilation;": """
        averagepool_2d_dilations averagepool_3d_dilations_small
        averagepool_3d_dilations_large_count_include_pad_is_0_ceil_mode_is_True
        averagepool_3d_dilations_large_count_include_pad_is_0_ceil_mode_is_False
        averagepool_3d_dilations_large_count_include_pad_is_1_ceil_mode_is_True
        averagepool_3d_dilations_large_count_include_pad_is_1_ceil_mode_is_False
    """,
    "ConvTranspose2d: kernel_size must be an integer ≥ 1, or two of them": """
        convtranspose_1d convtranspose_3d
    """,
    "ConvTranspose2d has no option dilation;": """
        convtranspose_dilations
    """,
    "ConvTranspose2d has no option groups;": """
        convtranspose_group_2 convtranspose_group_2_image_3
    """,
    "Flatten has no option start_dim;": """
        flatten_axis0 flatten_axis2 flatten_axis3 flatten_negative_axis4
        flatten_negative_axis2 flatten_negative_axis1
    """,
    "Linear cannot load this state: bias has shape (3, 4), expected (4,)": """
        gemm_default_matrix_bias
    """,
    "MaxPool2d expected an array of floats, got uint8": """
        maxpool_2d_uint8
    """,
    "MaxPool2d has no option storage_order;": """
        maxpool_with_argmax_2d_precomputed_strides
    """,
    "MaxPool2d: kernel_size must be an integer ≥ 1, or two of them": """
        maxpool_1d_default maxpool_3d_default
    """,
    "MaxPool2d has no option ceil_mode;": """
        maxpool_2d_ceil maxpool_2d_ceil_output_size_reduce_by_one
    """,
    "MaxPool2d has no option dilation;": """
        maxpool_2d_dilations maxpool_3d_dilations maxpool_3d_dilations_use_ref_impl
        maxpool_3d_dilations_use_ref_impl_large
    """,
    "NLLLoss has no option reduction;": """
        nllloss_NC nllloss_NCd1d2 nllloss_NCd1d2_reduction_sum nllloss_NCd1d2_with_weight
        nllloss_NCd1d2_with_weight_reduction_sum nllloss_NCd1d2_with_weight_reduction_sum_ii
        nllloss_NCd1d2d3d4d5_none_no_weight nllloss_NCd1d2d3_none_no_weight_negative_ii
        nllloss_NCd1d2d3_sum_weight_high_ii
    """,
    "NLLLoss expected log-probabilities, which are never positive": """
        nllloss_NCd1d2_reduction_mean nllloss_NCd1
    """,
    "NLLLoss has no option weight;": """
        nllloss_NCd1d2_with_weight_reduction_mean nllloss_NCd1_weight nllloss_NCd1_weight_ii
        nllloss_NCd1d2d3d4d5_mean_weight nllloss_NCd1_mean_weight_negative_ii
    """,
    "NLLLoss has no option ignore_index;": """
        nllloss_NCd1d2_no_weight_reduction_mean_ii nllloss_NCd1_ii
    """,
    "Upsample: scale_factor must be an integer ≥ 1, or two of them": """
        resize_downsample_scales_nearest
    """,
    "Upsample has no option size;": """
        resize_upsample_sizes_nearest resize_downsample_sizes_nearest
        resize_upsample_sizes_cubic resize_downsample_sizes_cubic
        resize_upsample_sizes_nearest_axes_2_3 resize_upsample_sizes_nearest_axes_3_2
    """,
    "Upsample has no option mode;": """
        resize_upsample_scales_linear resize_upsample_scales_linear_align_corners
        resize_downsample_scales_linear resize_downsample_scales_linear_align_corners
        resize_upsample_scales_cubic resize_upsample_scales_cubic_align_corners
        resize_downsample_scales_cubic resize_downsample_scales_cubic_align_corners
        resize_upsample_scales_cubic_A_n0p5_exclude_outside
        resize_downsample_scales_cubic_A_n0p5_exclude_outside
        resize_upsample_scales_cubic_asymmetric resize_tf_crop_and_resize
        resize_tf_crop_and_resize_extrapolation_value
        resize_downsample_sizes_linear_pytorch_half_pixel
        resize_downsample_scales_linear_antialias resize_downsample_sizes_linear_antialias
        resize_downsample_scales_cubic_antialias resize_downsample_sizes_cubic_antialias
        resize_tf_crop_and_resize_axes_2_3 resize_tf_crop_and_resize_axes_3_2
        resize_downsample_scales_linear_half_pixel_symmetric
        resize_upsample_scales_linear_half_pixel_symmetric
    """,
    "Upsample has no option coordinate_transformation_mode;": """
        resize_upsample_sizes_nearest_floor_align_corners
        resize_upsample_sizes_nearest_round_prefer_ceil_asymmetric
        resize_upsample_sizes_nearest_ceil_half_pixel
    """,
    "Upsample has no option keep_aspect_ratio_policy;": """
        resize_upsample_sizes_nearest_not_larger resize_upsample_sizes_nearest_not_smaller
        resize_downsample_sizes_nearest_not_larger
        resize_downsample_sizes_nearest_not_smaller
    """,
    "CrossEntropyLoss has no option reduction;": """
        sce_none sce_none_log_prob sce_none_weights sce_none_weights_log_prob sce_sum
        sce_sum_log_prob sce_NCd1d2d3d4d5_none_no_weight
        sce_NCd1d2d3d4d5_none_no_weight_log_prob sce_NCd1d2d3_none_no_weight_negative_ii
        sce_NCd1d2d3_none_no_weight_negative_ii_log_prob sce_NCd1d2d3_sum_weight_high_ii
        sce_NCd1d2d3_sum_weight_high_ii_log_prob
    """,
    "CrossEntropyLoss has no option weight;": """
        sce_mean_weight sce_mean_weight_log_prob sce_mean_weight_ii
        sce_mean_weight_ii_log_prob sce_mean_weight_ii_3d sce_mean_weight_ii_3d_log_prob
        sce_mean_weight_ii_4d sce_mean_weight_ii_4d_log_prob sce_NCd1d2d3d4d5_mean_weight
        sce_NCd1d2d3d4d5_mean_weight_log_prob sce_NCd1_mean_weight_negative_ii
        sce_NCd1_mean_weight_negative_ii_log_prob
    """,
    "CrossEntropyLoss has no option ignore_index;": """
        sce_mean_no_weight_ii sce_mean_no_weight_ii_log_prob sce_mean_no_weight_ii_3d
        sce_mean_no_weight_ii_3d_log_prob sce_mean_no_weight_ii_4d
        sce_mean_no_weight_ii_4d_log_prob
    """,
}

LISTED = {
    "maxpool_with_argmax_2d_precomputed_pads": "MaxPool2d does not say where the largest was",
}

# Operations of ONNX that are no layer, loss or optimiser of ours. MatMul, Reshape and the like are
# NumPy's. ONNX's Adam is another formula: at step 0 it corrects nothing, and later ε is not part of
# the correction.
NOT_OURS = """
    Abs Acos Acosh Adagrad Adam Add AffineGrid And ArgMax ArgMin ArrayFeatureExtractor Asin
    Asinh Atan Atanh Attention Bernoulli Binarizer BitCast BitShift BitwiseAnd BitwiseNot
    BitwiseOr BitwiseXor BlackmanWindow Cast CastLike CausalConvWithState Ceil Celu
    CenterCropPad Clip Col2Im Compress Concat Constant ConstantOfShape ConvInteger Cos Cosh
    CumProd CumSum DFT DeformConv DepthToSpace DequantizeLinear Det Div DynamicQuantizeLinear
    Einsum Elu Equal Erf Exp Expand EyeLike FlexAttention Floor GRU Gather GatherElements
    GatherND Gelu GlobalMaxPool Greater GreaterOrEqual GridSample GroupNormalization
    HammingWindow HannWindow HardSigmoid HardSwish Hardmax Identity If ImageDecoder
    InstanceNormalization IsInf IsNaN LRN LSTM LabelEncoder LayerNormalization Less LessOrEqual
    LinearAttention Log Loop LpNormalization LpPool MatMul MatMulInteger Max MaxUnpool Mean
    MeanVarianceNormalization MelWeightMatrix Min Mish Mod Mul Neg NonMaxSuppression NonZero Not
    OneHot OptionalGetElement OptionalHasElement Or PRelu Pad Pow QLinearConv QLinearMatMul
    QuantizeLinear RMSNormalization RNN Range Reciprocal ReduceL1 ReduceL2 ReduceLogSum
    ReduceLogSumExp ReduceMax ReduceMean ReduceMin ReduceProd ReduceSum ReduceSumSquare
    RegexFullMatch Reshape ReverseSequence RoiAlign RotaryEmbedding Round STFT Scan Scatter
    ScatterElements ScatterND Selu SequenceInsert SequenceMap Shape Shrink Sign Sin Sinh Size
    Slice Softplus Softsign SpaceToDepth Split SplitToSequence Sqrt Squeeze StringConcat
    StringNormalizer StringSplit Sub Sum SwiGLU Swish Tan TensorScatter TfIdfVectorizer
    ThresholdedRelu Tile TopK Transpose TreeEnsemble Trilu Unique Unsqueeze Where Xor
"""


@pytest.fixture(scope="module")
def cases():
    """Return ONNX's cases, which it computes when it is asked for them."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import onnx.backend.test.case.node as node

        return node.collect_testcases(None)


def answer(case, operation):
    """Return "computed" or the sentence that a case is refused with; raise if a number is wrong."""
    from onnx import helper

    (node,) = case.model.graph.node
    attributes = {a.name: helper.get_attribute_value(a) for a in node.attribute}
    ((inputs, outputs),) = case.data_sets
    more = {"expected": outputs} if operation == "Dropout" else {}
    try:
        computed = OURS[operation](attributes, *inputs, **more)
    except (ValueError, TypeError) as error:
        return str(error)
    assert not attributes, f"{case.name}: {attributes} were not read"
    if len(computed) < len(outputs):
        return "an output is missing"
    for ours, theirs in zip(computed, outputs, strict=False):
        np.testing.assert_allclose(ours, theirs, case.rtol, case.atol, err_msg=case.name)
    return "computed"


def test_every_case_of_onnx_is_computed_refused_or_listed(cases):
    not_ours = NOT_OURS.split()
    expected = {name: sentence for sentence, names in REFUSED.items() for name in names.split()}
    computed, wrong, seen = dict.fromkeys(OURS, 0), [], set()
    for case in cases:
        operations = {node.op_type for node in case.model.graph.node}
        if "_expanded" in case.name:  # the same case, taken apart into smaller operations
            continue
        (operation,) = operations
        if operation in not_ours:
            seen.add(operation)
            continue
        name = case.name.removeprefix("test_")
        said = answer(case, operation)
        seen.add(name)
        if said == "computed":
            computed[operation] += 1
        elif name not in LISTED and not said.startswith(expected.get(name, "not listed")):
            wrong.append(f"{name}: {said}")
        if said == "computed" and (name in expected or name in LISTED):
            wrong.append(f"{name} is computed now")
    assert not wrong, "\n".join(wrong)
    assert computed == COMPUTED
    assert not {*not_ours, *expected, *LISTED} - seen, "these are gone"
