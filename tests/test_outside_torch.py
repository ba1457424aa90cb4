"""PyTorch's own samples of modules, functions and optimisers, given to ours with the same options.

``torch.testing._internal`` holds what PyTorch tests itself with: ``module_db``, ``op_db`` and
``optim_db``. Whatever ``lib`` has under the same name is built with the same arguments, gets the
same numbers, and has to give the same outputs and gradients, or refuse with a sentence of its own.
``OUTCOMES`` says how many of the samples come out in which way; ``NOT_OURS`` names the rest.
"""

import inspect
import re
import warnings
from collections import Counter

import numpy as np
import pytest

from lib import nn, optim

torch = pytest.importorskip("torch")
pytest.importorskip("expecttest")  # which torch.testing._internal imports

RNG = np.random.default_rng(0)


def numpy(value):
    """Return tensors as arrays, also inside tuples and dictionaries."""
    if isinstance(value, torch.Tensor):
        return value.detach().numpy()
    if isinstance(value, (tuple, list)):
        return type(value)(map(numpy, value))
    if isinstance(value, dict):
        return {name: numpy(entry) for name, entry in value.items()}
    return value


def build(kind, *args, **kwargs):
    """Return a layer or loss of ours, without the options that are at PyTorch's default."""
    if kwargs.get("reduction") == "mean":
        del kwargs["reduction"]
    kwargs = {name: value for name, value in numpy(kwargs).items() if value is not None}
    for name, value in {"rng": RNG, "dtype": np.float64}.items():
        if name in inspect.signature(kind).parameters:
            kwargs[name] = value
    return kind(*numpy(args), **kwargs)


def same(ours, theirs, what):
    np.testing.assert_allclose(ours, numpy(theirs), rtol=1e-7, atol=1e-9, err_msg=what)


def outcome(attempt, *args, **kwargs):
    """Return "computed", or the first words of the sentence with which a sample is refused."""
    try:
        attempt(*args, **kwargs)
    except (ValueError, TypeError) as error:
        return re.split(r";|, got|: unexpected| \(\d", str(error))[0]
    return "computed"


def compare_layer(layer, x, function, parameters):
    """Hold output and gradients of a layer to those of ``function(x)``."""
    y = layer(numpy(x))
    x = x.detach().clone().requires_grad_()
    expected = function(x)
    same(y, expected, "output")
    g = torch.from_numpy(RNG.normal(size=expected.shape))
    wanted = {n: p for n, p in parameters.items() if p.requires_grad}
    grads = torch.autograd.grad(expected, [x, *wanted.values()], g)
    layer.zero_grad()
    same(layer.backward(numpy(g)), grads[0], "gradient for the input")
    own = dict(layer.named_parameters())
    for name, grad in zip(wanted, grads[1:], strict=True):
        same(own[name].grad, grad, f"gradient for {name}")


def compare_loss(loss, pred, target, function):
    """Hold a loss and its gradient to ``function(pred, target)``."""
    pred = pred.detach().clone().requires_grad_()
    rows, labels = numpy(pred), numpy(target)
    deep = isinstance(loss, (nn.CrossEntropyLoss, nn.NLLLoss)) and rows.ndim > 2
    if deep and labels.dtype.kind == "i":  # each place is a row, as our sentence says
        rows, labels = np.moveaxis(rows, 1, -1).reshape(-1, rows.shape[1]), labels.ravel()
    value, expected = loss(rows, labels), function(pred, target)
    same(value, expected, "loss")
    (grad,) = torch.autograd.grad(expected, pred)
    ours = loss.backward()
    if rows.shape != pred.shape:
        moved = (pred.shape[0], *pred.shape[2:], pred.shape[1])
        ours = np.moveaxis(ours.reshape(moved), -1, 1)
    same(ours, grad, "gradient")


# -- module_db ------------------------------------------------------------------------------------


def try_module(module, sample, training):
    """Build a module of ours like PyTorch's, give it the same weights, and compare."""
    kind = getattr(nn, module.module_cls.__name__)
    args, kwargs = sample.constructor_input.args, sample.constructor_input.kwargs
    twin = module.module_cls(*args, **kwargs).double().train(training)
    given = sample.forward_input.args or tuple(sample.forward_input.kwargs.values())
    if issubclass(kind, nn.Loss):
        compare_loss(build(kind, *args, **kwargs), *given, twin)
    elif kind in (nn.Softmax, nn.LogSoftmax):
        along_the_last_axis(kind, given[0], *args, **kwargs)
    else:
        layer = build(kind, *args, **kwargs).train(training)
        layer.load_state_dict(twin.state_dict())
        compare_layer(layer, given[0], twin, dict(twin.named_parameters()))


def along_the_last_axis(kind, x, dim, dtype=None):
    """Compute softmax along some axis, as our sentence about ``dim`` says."""
    if x.ndim == 0:
        kind()(numpy(x))
    function = torch.softmax if kind is nn.Softmax else torch.log_softmax
    moved = torch.movedim(x, dim, -1)
    compare_layer(kind(), moved, lambda m: function(m, -1, dtype=dtype), {})
    y = np.moveaxis(kind()(numpy(moved)), -1, dim)
    same(y, function(x, dim, dtype=dtype), "output")


# -- op_db ----------------------------------------------------------------------------------------

POOLS = ("kernel_size", "stride", "padding", "dilation", "ceil_mode", "return_indices")
MEANS = ("kernel_size", "stride", "padding", "ceil_mode", "count_include_pad", "divisor_override")
CONV = ("stride", "padding", "dilation", "groups")
CONV_TRANSPOSE = ("stride", "padding", "output_padding", "groups", "dilation")
DEFAULTS = {
    "ceil_mode": False, "count_include_pad": True, "dilation": 1, "dilations": 1, "groups": 1,
    "return_indices": False, "size_average": None, "inplace": False, "dtype": None,
}  # fmt: skip


def options(names, args, kwargs):
    """Return positional and named arguments of a function by name, without PyTorch's defaults."""
    both = dict(zip(names, args, strict=False)) | kwargs
    return {n: v for n, v in both.items() if n not in DEFAULTS or v not in (DEFAULTS[n], (1, 1))}


def convolution(kind, names):
    def attempt(op, x, weight, bias=None, *args, **kwargs):
        bias = kwargs.get("bias", bias)
        settings = options(names, args, {n: v for n, v in kwargs.items() if n != "bias"})
        sizes = weight.shape[:2] if kind is nn.ConvTranspose2d else weight.shape[1::-1]
        layer = build(kind, *sizes, tuple(weight.shape[2:]), bias=bias is not None, **settings)
        state = {"weight": weight} | ({} if bias is None else {"bias": bias})
        layer.load_state_dict(numpy(state))
        parameters = {n: p.detach().clone().requires_grad_() for n, p in state.items()}
        compare_layer(
            layer,
            x,
            lambda x: op(x, parameters["weight"], parameters.get("bias"), *args, **{
                n: v for n, v in kwargs.items() if n != "bias"
            }),
            parameters,
        )  # fmt: skip

    return attempt


def linear(op, x, weight, bias=None):
    layer = build(nn.Linear, *weight.shape[::-1], bias=bias is not None)
    state = {"weight": weight} | ({} if bias is None else {"bias": bias})
    layer.load_state_dict(numpy(state))
    parameters = {n: p.detach().clone().requires_grad_() for n, p in state.items()}
    compare_layer(layer, x, lambda x: op(x, *parameters.values()), parameters)


def pooling(kind, names):
    def attempt(op, x, *args, **kwargs):
        layer = build(kind, **options(names, args, kwargs))
        compare_layer(layer, x, lambda x: op(x, *args, **kwargs), {})

    return attempt


def plain(kind, *names):
    def attempt(op, x, *args, **kwargs):
        layer = build(kind, **options(names, args, kwargs))
        compare_layer(layer, x, lambda x: op(x, *args, **kwargs), {})

    return attempt


def softmax(kind):
    def attempt(op, x, *args, **kwargs):
        settings = dict(zip(("dim",), args, strict=False)) | kwargs
        along_the_last_axis(kind, x, **settings)

    return attempt


def loss(kind):
    def attempt(op, pred, target, *args, **kwargs):
        made = build(kind, *args, **options((), (), dict(kwargs)))
        compare_loss(made, pred, target, lambda p, t: op(p, t, *args, **kwargs))

    return attempt


FUNCTIONS = {
    "log_softmax": softmax(nn.LogSoftmax),
    "nn.functional.avg_pool2d": pooling(nn.AvgPool2d, MEANS),
    "nn.functional.binary_cross_entropy": loss(nn.BCELoss),
    "nn.functional.binary_cross_entropy_with_logits": loss(nn.BCEWithLogitsLoss),
    "nn.functional.conv2d": convolution(nn.Conv2d, CONV),
    "nn.functional.conv_transpose2d": convolution(nn.ConvTranspose2d, CONV_TRANSPOSE),
    "nn.functional.cross_entropy": loss(nn.CrossEntropyLoss),
    "nn.functional.l1_loss": loss(nn.L1Loss),
    "nn.functional.leaky_relu": plain(nn.LeakyReLU, "negative_slope", "inplace"),
    "nn.functional.linear": linear,
    "nn.functional.max_pool2d": pooling(nn.MaxPool2d, POOLS),
    "nn.functional.mse_loss": loss(nn.MSELoss),
    "nn.functional.nll_loss": loss(nn.NLLLoss),
    "nn.functional.relu": plain(nn.ReLU, "inplace"),
    "nn.functional.upsample_nearest": plain(nn.Upsample, "size", "scale_factor"),
    "sigmoid": plain(nn.Sigmoid),
    "softmax": softmax(nn.Softmax),
    "tanh": plain(nn.Tanh),
}


# -- optim_db -------------------------------------------------------------------------------------


def try_optimizer(kind, **kwargs):
    """Let both take ten steps by the same gradients, and compare the weights."""
    ours, theirs = getattr(optim, kind), getattr(torch.optim, kind)
    kwargs = ({"lr": 0.001} if kind == "SGD" else {}) | kwargs  # PyTorch's default; ours has none
    arrays = [RNG.normal(size=shape) for shape in ((5, 3), (4,))]
    parameters = [nn.Parameter(a.copy()) for a in arrays]
    tensors = [torch.nn.Parameter(torch.from_numpy(a.copy())) for a in arrays]
    optimizer, twin = ours(parameters, **kwargs), theirs(tensors, **kwargs)
    for _ in range(10):
        for parameter, tensor in zip(parameters, tensors, strict=True):
            parameter.grad[...] = g = RNG.normal(size=tensor.shape)
            tensor.grad = torch.from_numpy(g)
        optimizer.step()
        twin.step()
    for parameter, tensor in zip(parameters, tensors, strict=True):
        same(parameter.data, tensor, kind)


def try_wrong(kind, params, **kwargs):
    """Make the mistake that PyTorch's own optimiser refuses."""

    def convert(value):
        if isinstance(value, torch.Tensor):
            return known.setdefault(id(value), nn.Parameter(np.atleast_1d(numpy(value))))
        if isinstance(value, dict):
            return {name: convert(entry) for name, entry in value.items()}
        return type(value)(map(convert, value)) if isinstance(value, (list, tuple)) else value

    known = {}
    if params is None:  # a mistake in the settings
        params = [torch.ones(2)]
    kwargs = {"lr": 0.001} | kwargs
    getattr(optim, kind)(params if isinstance(params, torch.Tensor) else convert(params), **kwargs)


# -- all of them ----------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def outcomes():
    """Return how many samples of each name come out how, and the names that are not ours."""
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        from torch.testing._internal.common_methods_invocations import op_db
        from torch.testing._internal.common_modules import module_db
        from torch.testing._internal.common_optimizers import optim_db

        torch.manual_seed(0)
        found, others = {}, {"modules": [], "optimisers": [], "functions": []}
        double = {"device": "cpu", "dtype": torch.float64, "requires_grad": False}
        for module in module_db:
            if not hasattr(nn, module.module_cls.__name__):
                others["modules"].append(module.name)
                continue
            found[module.name] = Counter(
                outcome(try_module, module, sample, training)
                for training in (True, False)
                for sample in module.module_inputs_func(module, training=training, **double)
            )
        for op in op_db:
            if op.name not in FUNCTIONS:
                others["functions"] += [op.name] * op.name.startswith("nn.functional.")
                continue
            found[op.name] = found.get(op.name, Counter()) + Counter(
                outcome(FUNCTIONS[op.name], op.op, s.input, *s.args, **s.kwargs)
                for s in op.sample_inputs("cpu", torch.float64)
            )
        for info in optim_db:
            name = info.optim_cls.__name__
            if not hasattr(optim, name):
                others["optimisers"].append(name)
                continue
            found[f"optim.{name}"] = Counter(
                outcome(try_optimizer, name, **sample.kwargs)
                for sample in info.optim_inputs_func(device="cpu")
            )
            mistakes = info.optim_error_inputs_func("cpu", torch.float64)
            found[f"optim.{name}, mistakes"] = Counter(
                outcome(try_wrong, name, sample.params, **sample.kwargs)
                for sample in (mistake.optimizer_error_input for mistake in mistakes)
            )
    return found, {kind: sorted(set(names)) for kind, names in others.items()}


# name -> outcome -> how many samples; modules are tried in training and in evaluation mode.
OUTCOMES = {
    "log_softmax": {
        "computed": 10,
        "LogSoftmax expected scores along the last axis": 4,
    },
    "nn.AvgPool2d": {
        "computed": 6,
        "AvgPool2d expected images (N, C, H, W)": 2,
        "AvgPool2d has no option divisor_override": 6,
    },
    "nn.BCELoss": {
        "computed": 4,
        "BCELoss has no option reduction": 4,
        "BCELoss has no option weight": 4,
    },
    "nn.BCEWithLogitsLoss": {
        "computed": 4,
        "BCEWithLogitsLoss has no option reduction": 4,
        "BCEWithLogitsLoss has no option weight": 4,
    },
    "nn.BatchNorm1d": {
        "computed": 4,
        "BatchNorm1d expected 0 ≤ momentum ≤ 1": 2,
        "BatchNorm1d has no option bias": 2,
        "BatchNorm1d takes only num_features, eps, momentum without a name": 8,
    },
    "nn.BatchNorm2d": {
        "computed": 4,
        "BatchNorm2d expected 0 ≤ momentum ≤ 1": 2,
        "BatchNorm2d has no option bias": 2,
        "BatchNorm2d takes only num_features, eps, momentum without a name": 6,
    },
    "nn.Conv2d": {
        "computed": 2,
        "Conv2d expected images (N, 4, H, W)": 2,
        "Conv2d: padding must be an integer ≥ 0, or two of them": 4,
    },
    "nn.ConvTranspose2d": {
        "computed": 2,
        "ConvTranspose2d expected images (N, 4, H, W)": 2,
    },
    "nn.CrossEntropyLoss": {
        "computed": 20,
        "CrossEntropyLoss expected predictions (N, K) and labels (N,)": 16,
        "CrossEntropyLoss has no option ignore_index": 16,
        "CrossEntropyLoss has no option reduction": 140,
        "CrossEntropyLoss has no option weight": 18,
    },
    "nn.L1Loss": {
        "computed": 6,
        "L1Loss has no option reduction": 4,
    },
    "nn.LeakyReLU": {
        "computed": 10,
    },
    "nn.Linear": {
        "computed": 4,
        "Linear expected input (N, 3)": 2,
    },
    "nn.LogSoftmax": {
        "computed": 6,
        "LogSoftmax expected scores along the last axis": 2,
    },
    "nn.MSELoss": {
        "computed": 8,
        "MSELoss has no option reduction": 8,
    },
    "nn.MaxPool2d": {
        "computed": 2,
        "MaxPool2d expected images (N, C, H, W)": 2,
        "MaxPool2d has no option return_indices": 2,
    },
    "nn.NLLLoss": {
        "computed": 8,
        "NLLLoss has no option ignore_index": 8,
        "NLLLoss has no option reduction": 16,
        "NLLLoss has no option weight": 24,
    },
    "nn.ReLU": {
        "computed": 8,
    },
    "nn.Sigmoid": {
        "computed": 8,
    },
    "nn.Softmax": {
        "computed": 4,
        "Softmax expected scores along the last axis": 2,
    },
    "nn.Tanh": {
        "computed": 6,
    },
    "nn.functional.avg_pool2d": {
        "computed": 1,
        "AvgPool2d has no option ceil_mode": 5,
        "AvgPool2d has no option divisor_override": 1,
    },
    "nn.functional.binary_cross_entropy": {
        "computed": 6,
        "BCELoss has no option reduction": 4,
        "BCELoss has no option weight": 1,
    },
    "nn.functional.binary_cross_entropy_with_logits": {
        "computed": 6,
        "BCEWithLogitsLoss has no option pos_weight": 1,
        "BCEWithLogitsLoss has no option reduction": 14,
        "BCEWithLogitsLoss has no option weight": 5,
    },
    "nn.functional.conv2d": {
        "computed": 3,
        "Conv2d expected images (N, 2, H, W)": 1,
        "Conv2d expected images (N, 3, H, W)": 1,
        "Conv2d expected images (N, 4, H, W)": 1,
        "Conv2d has no option dilation": 6,
        "Conv2d has no option groups": 16,
        "Conv2d: padding must be an integer ≥ 0, or two of them": 2,
    },
    "nn.functional.conv_transpose2d": {
        "computed": 3,
        "ConvTranspose2d expected images (N, 1, H, W)": 1,
        "ConvTranspose2d expected images (N, 2, H, W)": 1,
        "ConvTranspose2d expected images (N, 3, H, W)": 1,
        "ConvTranspose2d has no option dilation": 2,
        "ConvTranspose2d has no option groups": 4,
    },
    "nn.functional.cross_entropy": {
        "computed": 5,
        "CrossEntropyLoss expected predictions (N, K) and labels (N,)": 3,
        "CrossEntropyLoss expected target rows that add up to 1": 2,
        "CrossEntropyLoss has no option ignore_index": 1,
        "CrossEntropyLoss has no option reduction": 4,
        "CrossEntropyLoss has no option weight": 6,
    },
    "nn.functional.l1_loss": {
        "computed": 4,
        "L1Loss has no option reduction": 2,
    },
    "nn.functional.leaky_relu": {
        "computed": 9,
    },
    "nn.functional.linear": {
        "computed": 8,
        "Linear expected input (N, 2)": 2,
        "Linear expected input (N, 3)": 4,
        "Linear expected input (N, 8)": 4,
    },
    "nn.functional.max_pool2d": {
        "computed": 144,
        "MaxPool2d expected images (N, C, H, W)": 36,
        "MaxPool2d has no option ceil_mode": 720,
        "MaxPool2d has no option dilation": 360,
        "MaxPool2d has no option return_indices": 180,
    },
    "nn.functional.mse_loss": {
        "computed": 4,
        "MSELoss has no option reduction": 2,
    },
    "nn.functional.nll_loss": {
        "computed": 1,
        "NLLLoss expected log-probabilities, which are never positive": 1,
        "NLLLoss expected predictions (N, K) and labels (N,)": 1,
        "NLLLoss has no option ignore_index": 25,
        "NLLLoss has no option reduction": 6,
        "NLLLoss has no option weight": 27,
    },
    "nn.functional.relu": {
        "computed": 4,
    },
    "nn.functional.upsample_nearest": {
        "Upsample has no option size": 6,
        "Upsample: scale_factor must be an integer ≥ 1, or two of them": 6,
    },
    "optim.Adam": {
        "computed": 3,
        "Adam has no option amsgrad": 1,
        "Adam has no option maximize": 1,
    },
    "optim.Adam, mistakes": {
        "Adam expected 0 ≤ betas < 1": 3,
        "Adam expected a finite number lr ≥ 0": 1,
        "Adam expected a finite number weight_decay ≥ 0": 1,
        "Adam expected a list of Parameter objects": 2,
        "Adam got a parameter twice, to step twice": 1,
        "Adam has no option foreach": 2,
        "Adam has no parameter groups": 2,
    },
    "optim.AdamW": {
        "computed": 3,
        "AdamW has no option amsgrad": 1,
        "AdamW has no option maximize": 1,
    },
    "optim.AdamW, mistakes": {
        "AdamW expected 0 ≤ betas < 1": 3,
        "AdamW expected a finite number lr ≥ 0": 1,
        "AdamW expected a finite number weight_decay ≥ 0": 1,
        "AdamW expected a list of Parameter objects": 2,
        "AdamW got a parameter twice, to step twice": 1,
        "AdamW has no option foreach": 2,
        "AdamW has no parameter groups": 2,
    },
    "optim.RMSprop": {
        "computed": 3,
        "RMSprop has no option centered": 3,
        "RMSprop has no option maximize": 2,
    },
    "optim.RMSprop, mistakes": {
        "RMSprop expected 0 ≤ momentum < 1": 1,
        "RMSprop expected a finite number lr ≥ 0": 1,
        "RMSprop expected a list of Parameter objects": 2,
        "RMSprop got a parameter twice, to step twice": 1,
        "RMSprop has no parameter groups": 2,
    },
    "optim.SGD": {
        "computed": 6,
        "SGD expected a finite number lr ≥ 0": 1,
        "SGD has no option dampening": 1,
        "SGD has no option maximize": 1,
    },
    "optim.SGD, mistakes": {
        "SGD expected 0 ≤ momentum < 1": 1,
        "SGD expected a finite number lr ≥ 0": 1,
        "SGD expected a list of Parameter objects": 2,
        "SGD got a parameter twice, to step twice": 1,
        "SGD has no parameter groups": 2,
    },
    "sigmoid": {
        "computed": 3,
    },
    "softmax": {
        "computed": 10,
        "Softmax expected scores along the last axis": 4,
    },
    "tanh": {
        "computed": 1,
    },
}

# What PyTorch tests and we do not have; other functions of op_db are those of arrays, NumPy's.
NOT_OURS = {
    "modules": """
        AdaptiveAvgPool1d AdaptiveAvgPool2d AdaptiveAvgPool3d AdaptiveMaxPool1d
        AdaptiveMaxPool2d AdaptiveMaxPool3d AvgPool1d AvgPool3d BatchNorm3d Bilinear CELU
        CTCLoss CircularPad1d CircularPad2d CircularPad3d ConstantPad1d ConstantPad2d
        ConstantPad3d Conv1d Conv3d ConvTranspose1d ConvTranspose3d CosineEmbeddingLoss
        ELU Embedding FractionalMaxPool2d FractionalMaxPool3d GELU GLU GRU GRUCell
        GaussianNLLLoss GroupNorm Hardshrink Hardswish Hardtanh HingeEmbeddingLoss
        HuberLoss InstanceNorm1d InstanceNorm2d InstanceNorm3d KLDivLoss LPPool1d LPPool2d
        LPPool3d LSTM LSTMCell LayerNorm LazyConv1d LazyConv2d LazyConv3d
        LazyConvTranspose1d LazyConvTranspose2d LazyConvTranspose3d LinearCrossEntropyLoss
        LocalResponseNorm LogSigmoid MarginRankingLoss MaxPool1d MaxPool3d Mish
        MultiLabelMarginLoss MultiLabelSoftMarginLoss MultiMarginLoss MultiheadAttention
        PReLU PoissonNLLLoss RMSNorm RNN RNNCell ReLU6 ReflectionPad1d ReflectionPad2d
        ReflectionPad3d ReplicationPad1d ReplicationPad2d ReplicationPad3d SELU SiLU
        SmoothL1Loss SoftMarginLoss Softmax2d Softmin Softplus Softshrink Softsign
        Tanhshrink Threshold Transformer TransformerDecoderLayer TransformerEncoder
        TransformerEncoderLayer ZeroPad1d ZeroPad2d ZeroPad3d
    """,
    "optimisers": """
        ASGD Adadelta Adafactor Adagrad Adamax LBFGS Muon NAdam RAdam Rprop SparseAdam
    """,
    "functions": """
        adaptive_avg_pool1d adaptive_avg_pool2d adaptive_avg_pool3d adaptive_max_pool1d
        adaptive_max_pool2d adaptive_max_pool3d alpha_dropout avg_pool1d avg_pool3d
        batch_norm bilinear celu channel_shuffle conv1d conv3d conv_transpose1d
        conv_transpose3d cosine_embedding_loss cosine_similarity ctc_loss dropout
        dropout2d dropout3d elu embedding embedding_bag feature_alpha_dropout
        fractional_max_pool2d fractional_max_pool3d gaussian_nll_loss gelu glu grid_sample
        group_norm hardshrink hardsigmoid hardswish hardtanh hinge_embedding_loss
        huber_loss instance_norm interpolate kl_div layer_norm linear_cross_entropy
        local_response_norm logsigmoid margin_ranking_loss max_pool1d max_pool3d
        max_unpool1d max_unpool2d max_unpool3d mish multi_head_attention_forward
        multi_margin_loss multilabel_margin_loss multilabel_soft_margin_loss normalize
        one_hot pad pairwise_distance pdist pixel_shuffle pixel_unshuffle poisson_nll_loss
        prelu relu6 rms_norm rrelu scaled_dot_product_attention selu silu smooth_l1_loss
        soft_margin_loss softmin softplus softshrink softsign tanhshrink threshold
        triplet_margin_loss triplet_margin_with_distance_loss unfold upsample_bilinear
    """,
}


def test_every_sample_of_pytorch_is_computed_or_refused(outcomes):
    found, _ = outcomes
    assert {name: dict(counts) for name, counts in found.items()} == OUTCOMES


def test_what_is_not_ours_is_listed(outcomes):
    _, others = outcomes
    for kind, names in NOT_OURS.items():
        assert [re.sub(r"^nn\.(functional\.)?", "", name) for name in others[kind]] == names.split()
