"""Every message that gives a remedy: the mistake is made, the message read, and the remedy tried.

Messages are found by reading the source, so that a new one fails here until it has its case.
"""

# ruff: noqa: E501, F401 (a case is one line; what they use is imported for them)

import ast
import re
import shlex
import shutil
from dataclasses import replace
from functools import partial
from pathlib import Path

import click
import nbformat
import numpy as np
import pytest
from PIL import Image

from lib import gradcheck, metrics, models, nn, optim, page, training
from lib.cli.errors import one_sentence
from lib.cli.group import commands
from lib.cli.main import COMMANDS
from lib.course import claim
from lib.course.copies import Lessons
from lib.course.diagnosis.declare import declare
from lib.course.progress import tasks
from lib.data import Augment, DataLoader, Dataset, load_mnist, train_test_split
from lib.experiments import load_combined, load_probabilities, load_record, load_search
from lib.experiments.data import from_file
from lib.experiments.labels import of_each_class
from lib.experiments.registry import EXPERIMENTS
from lib.experiments.schema import RecordError
from lib.nn.signatures import WAYS
from lib.recognition.reading import read
from lib.serialization import load, save
from lib.training import Checkpoint, EarlyStopping, fit, train_step

torch = pytest.importorskip("torch")

LIB = Path(nn.__file__).parents[1]
NO_ERRORS = ("Test-time augmentation", "✎")  # the help of an option; a guess not made yet
VERBS = "use|add|write|put|give|try|say|make|build|turn|call|look|run|unpack|save|change|start"
REMEDY = re.compile(rf"[;:] (or )?({VERBS})\b|\bor use\b|, or say\b")


def literals(path):
    """Yield each text in a file that is no docstring, with ``.*`` for what is put in."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    inside = set()  # docstrings, and the pieces of f-strings
    for node in ast.walk(tree):
        if isinstance(node, ast.Expr):
            inside.add(node.value)
        elif isinstance(node, ast.JoinedStr):
            inside.update(set(ast.walk(node)) - {node})
    for node in ast.walk(tree):
        if node in inside:
            continue
        if isinstance(node, ast.JoinedStr):
            values = [v.value if isinstance(v, ast.Constant) else None for v in node.values]
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            values = [node.value]
        else:
            continue
        if REMEDY.search("".join(value or "" for value in values)):
            yield "".join(".*" if value is None else re.escape(value) for value in values)


def messages():
    """Return all texts of ``lib`` that give a remedy, as patterns."""
    files = [f for f in LIB.rglob("*.py") if f.parent.name != "exercises"]  # those are hints
    found = {text for file in files for text in literals(file)}
    return sorted(text for text in found if not text.startswith(tuple(map(re.escape, NO_ERRORS))))


# fmt: off
# the mistake, the remedy as the message words it, and the remedy as a reader would carry it out
CASES = [
    # -- arrays
    ("layer([[1, 2, 3]])", "use np.array(x, np.float32)", "layer(np.array([[1, 2, 3]], np.float32))"),
    ("layer(x.astype(int))", "use x.astype(np.float32)", "layer(x.astype(int).astype(np.float32))"),
    ("layer(x.astype('>f4'))", "use x.astype(np.float32)", "layer(x.astype('>f4').astype(np.float32))"),
    ("layer(x.astype('f2'))", "use x.astype(np.float32)", "layer(x.astype('f2').astype(np.float32))"),
    ("layer.astype('f2')", "use model.astype(np.float32)", "layer.astype(np.float32)"),
    ("layer(x.astype('f8'))", "use x.astype(np.float32)", "layer(x.astype('f8').astype(np.float32))"),
    ("layer(x.astype('f8'))", "or model.astype(np.float64)", "layer.astype(np.float64)(x.astype('f8'))"),
    ("layer(x[0])", "add the batch axis: x[None, :]", "layer(x[0][None, :])"),
    ("layer(x.reshape(6, 3, 1))", "put Flatten() before it", "nn.Sequential(nn.Flatten(), layer)(x.reshape(6, 3, 1))"),
    ("nn.MaxPool2d(2)(images[0])", "add the batch axis: x[None]", "nn.MaxPool2d(2)(images[0][None])"),
    ("nn.MaxPool2d(2)(images[:, 0])", "add the channel axis: x[:, None]", "nn.MaxPool2d(2)(images[:, 0][:, None])"),
    ("nn.AvgPool2d(2)(images[:, 0])", "or x[None] for one image", "nn.AvgPool2d(2)(images[:, 0][None])"),
    ("nn.MaxPool2d(2)(images[0, 0])", "add the axes of the batch and of the channel: x[None, None]", "nn.MaxPool2d(2)(images[0, 0][None, None])"),
    ("nn.Upsample(scale_factor=2)(images[0])", "x[None]", "nn.Upsample(scale_factor=2)(images[0][None])"),
    ("nn.GlobalAvgPool2d()(images[0])", "x[None]", "nn.GlobalAvgPool2d()(images[0][None])"),
    ("conv(images[0])", "add the batch axis: x[None]", "conv(images[0][None])"),
    ("grey(images[:, 0])", "add the channel axis: x[:, None]", "grey(images[:, 0][:, None])"),
    ("grey(images[0, 0])", "x[None, None]", "grey(images[0, 0][None, None])"),
    ("conv(images.transpose(0, 2, 3, 1))", "put the channels second: x.transpose(0, 3, 1, 2)", "conv(images.transpose(0, 2, 3, 1).transpose(0, 3, 1, 2))"),
    ("nn.BatchNorm1d(3)(x[:1])", "use a DataLoader with drop_last=True", "[nn.BatchNorm1d(3)(b) for b, _ in DataLoader(Dataset(x[:5], y[:5]), 2, drop_last=True)]"),
    ("nn.BatchNorm1d(3)(x[:1])", "a batch_size of at least 2", "[nn.BatchNorm1d(3)(b) for b, _ in DataLoader(Dataset(x, y), 2)]"),
    # -- making layers
    ("nn.Linear(3, 2, rng=0)", "use rng=np.random.default_rng(0)", "nn.Linear(3, 2, rng=np.random.default_rng(0))"),
    ("nn.Linear(3, 2)", "add rng=np.random.default_rng(0)", "nn.Linear(3, 2, rng=np.random.default_rng(0))"),
    ("nn.Conv2d(3, 2, 3, 2, padding='same', rng=rng)", "use np.pad before the layer, with any stride", "assert nn.Conv2d(3, 2, 3, 2, rng=rng)(np.pad(images, ((0, 0), (0, 0), (0, 1), (0, 1)))).shape == (6, 2, 4, 4)"),
    ("nn.MaxPool2d(2, padding=2)", "use np.pad before the layer", "nn.MaxPool2d(2)(np.pad(images, ((0, 0), (0, 0), (2, 2), (2, 2)), constant_values=-np.inf))"),
    ("nn.Unflatten(1, (3, 8, 8))", "use Unflatten(3, 8, 8)", "nn.Unflatten(3, 8, 8)(images.reshape(6, -1))"),
    ("nn.Unflatten()", "use Unflatten(32, 7, 7)", "nn.Unflatten(32, 7, 7)"),
    ("nn.Softmax(1)", "use Softmax()", "nn.Softmax()"),
    ("nn.Upsample(2)", "use scale_factor=", "nn.Upsample(scale_factor=2)"),
    ("optim.SGD(layer.parameters(), 0.1, 0.9, 0.5)", "use nesterov=…, weight_decay=…", "optim.SGD(layer.parameters(), 0.1, 0.9, nesterov=True, weight_decay=0.5)"),
    ("nn.MaxPool2d(2, 2, 0, 1)", "leave the rest out", "nn.MaxPool2d(2, 2, 0)"),
    ("nn.Conv2d(3, 2, 3, strides=2, rng=rng)", "use stride", "nn.Conv2d(3, 2, 3, stride=2, rng=rng)"),
    ("nn.Tanh(threshold=1)", "leave it out", "nn.Tanh()"),
    ("nn.Linear(3, 2, activation=1, rng=rng)", "it has in_features, out_features, bias, rng", "nn.Linear(3, 2, bias=True, rng=rng)"),
    ("optim.SGD(layer.parameters())", "add lr=0.1", "optim.SGD(layer.parameters(), lr=0.1)"),
    ("nn.Sequential(layer, nn.Tanh)", "write Tanh(...) to make a layer", "nn.Sequential(layer, nn.Tanh())"),
    ("nn.Sequential([layer])", "unpack it: Sequential(*layers)", "nn.Sequential(*[layer])"),
    ("nn.Sequential(layer, layer)", "make a new one for each place", "nn.Sequential(layer, nn.Linear(2, 2, rng=rng))"),
    # -- forward and backward
    ("layer.backward(x)", "run Linear on an input first", "layer.backward(layer(x))"),
    ("layer.backward(layer(x).astype('f8'))", "use grad_output.astype(np.float32)", "layer.backward(layer(x).astype('f8').astype(np.float32))"),
    ("nn.MSELoss().backward()", "call loss(pred, target) before it", "loss = nn.MSELoss(); loss(x, x); loss.backward()"),
    # -- losses
    ("nn.MSELoss()(x[:, :1], x[:, 0])", "use target.reshape(pred.shape)", "nn.MSELoss()(x[:, :1], x[:, 0].reshape(6, 1))"),
    ("nn.BCELoss()(10 * x, 0 * x)", "put Sigmoid() last", "nn.BCELoss()(nn.Sigmoid()(10 * x), 0 * x)"),
    ("nn.BCELoss()(10 * x, 0 * x)", "or use BCEWithLogitsLoss", "nn.BCEWithLogitsLoss()(10 * x, 0 * x)"),
    ("nn.NLLLoss()(x, y)", "put LogSoftmax() last", "nn.NLLLoss()(nn.LogSoftmax()(x), y)"),
    ("nn.NLLLoss()(x, y)", "or use CrossEntropyLoss", "nn.CrossEntropyLoss()(x, y)"),
    ("ce(x, y.astype(float))", "use labels.astype(np.int64)", "ce(x, y.astype(float).astype(np.int64))"),
    ("ce(x, y[:, None])", "use labels.ravel()", "ce(x, y[:, None].ravel())"),
    ("nn.NLLLoss()(-x, np.eye(3)[y])", "use labels.argmax(axis=1)", "nn.NLLLoss()(-x, np.eye(3)[y].argmax(axis=1))"),
    ("ce(x[0], y[0])", "use pred[None] and labels[None]", "ce(x[0][None], y[0][None])"),
    ("pred, labels = images, images[:, 0].astype(int)\nce(pred, labels)", "use np.moveaxis(pred, 1, -1).reshape(-1, pred.shape[1]) and labels.ravel()", "ce(np.moveaxis(pred, 1, -1).reshape(-1, pred.shape[1]), labels.ravel())"),
    ("pred, labels = images, images[..., 0].astype(int)\nce(pred, labels)", "use pred.reshape(-1, pred.shape[-1]) and labels.ravel()", "ce(pred.reshape(-1, pred.shape[-1]), labels.ravel())"),
    ("ce(x[:, :, None], y)", "put Flatten() last", "ce(nn.Flatten()(x[:, :, None]), y)"),
    ("encoder, decoder = nn.Linear(3, 2, rng=rng), nn.Linear(2, 3, rng=rng)\nnn.SparseLoss(1)(nn.AutoEncoder(encoder, decoder)(x), x)", "build the network with AutoEncoder(encoder, decoder, show_code=True)", "encoder, decoder = nn.Sequential(nn.Linear(3, 2, rng=rng), nn.Sigmoid()), nn.Linear(2, 3, rng=rng); nn.SparseLoss(1)(nn.AutoEncoder(encoder, decoder, show_code=True)(x), x)"),
    # -- metrics
    ("metrics.accuracy(x, y[:, None])", "use labels.ravel()", "metrics.accuracy(x, y[:, None].ravel())"),
    ("metrics.accuracy(y[:, None], y)", "use predictions.ravel()", "metrics.accuracy(y[:, None].ravel(), y)"),
    ("p = x[:, :1]\nmetrics.accuracy(p, y)", "turn probabilities of one class into classes first: (p > 0.5).ravel()", "metrics.accuracy((p > 0.5).ravel(), y)"),
    ("p = x[:, 0]\nmetrics.accuracy(p, y)", "turn probabilities into classes first: p > 0.5", "metrics.accuracy(p > 0.5, y)"),
    ("metrics.reliability(9 * x, y)", "put scores through Softmax() first", "metrics.reliability(nn.Softmax()(9 * x), y)"),
    # -- optimisers and schedules
    ("optim.SGD([layer.weight, layer.weight], 1)", "leave one of the two out", "optim.SGD([layer.weight], 1)"),
    ("optim.SGD(layer.weight, 1)", "use [parameter]", "optim.SGD([layer.weight], 1)"),
    ("optim.SGD(layer, 1)", "expected model.parameters()", "optim.SGD(layer.parameters(), 1)"),
    ("optim.SGD(layer.named_parameters(), 1)", "use model.parameters()", "optim.SGD(layer.parameters(), 1)"),
    ("optim.SGD([1, 2], 1)", "use model.parameters()", "optim.SGD(layer.parameters(), 1)"),
    ("optim.SGD([{'params': [layer.weight]}, {'params': [layer.bias], 'lr': 2}], 1)", "make one optimiser for each group", "optim.SGD([layer.weight], 1).step(); optim.SGD([layer.bias], 2).step()"),
    ("train_step(nn.Linear(3, 2, rng=rng), nn.MSELoss(), sgd, x, x[:, :2])", "build it with model.parameters()", "train_step(layer, nn.MSELoss(), optim.SGD(layer.parameters(), 0.1), x, x[:, :2])"),
    ("sgd.load_state_dict(optim.Adam(layer.parameters()).state_dict())", "build it as it was built then", "optim.Adam(layer.parameters()).load_state_dict(optim.Adam(layer.parameters()).state_dict())"),
    ("optim.StepLR(sgd, 3).load_state_dict(optim.StepLR(sgd, 4).state_dict())", "build it as it was built then", "optim.StepLR(sgd, 4).load_state_dict(optim.StepLR(sgd, 4).state_dict())"),
    ("optim.OneCycleLR(sgd, 1, 10)", "give SGD one", "optim.OneCycleLR(optim.SGD(layer.parameters(), 1, momentum=0.9), 1, 10)"),
    ("optim.OneCycleLR(sgd, 1, 10)", "or say cycle_momentum=False", "optim.OneCycleLR(sgd, 1, 10, cycle_momentum=False)"),
    ("cycle(10, 3 * 6)", "make it for all the batches there are, epochs * len(train)", "cycle(3 * 6, 3 * 6)"),
    # -- data
    ("DataLoader((x, y), 2)", "write Dataset(x, y)", "DataLoader(Dataset(x, y), 2)"),
    ("DataLoader(data, 2, shuffle=True)", "add rng=np.random.default_rng(0)", "DataLoader(data, 2, shuffle=True, rng=np.random.default_rng(0))"),
    ("DataLoader(data, 9, drop_last=True)", "use a smaller batch_size", "DataLoader(data, 3, drop_last=True)"),
    ("train_test_split(x, [0, 1, 2, 3, 4, 4], 2, rng)", "change test_size or use stratify=False", "train_test_split(x, y, 2, rng, stratify=False)"),
    ("train_test_split(x, y, 1, rng)", "change test_size", "train_test_split(x, y, 3, rng)"),
    ("Augment(rng=rng)(np.zeros((2, 784)))", "use x.reshape(-1, 28, 28) for rows of pixels", "Augment(rng=rng)(np.zeros((2, 784)).reshape(-1, 28, 28))"),
    # -- training
    ("fit(layer, ce, sgd, (x, y % 2), epochs=1)", "give it DataLoader(Dataset(x, y), batch_size, ...)", "fit(layer, ce, sgd, DataLoader(Dataset(x, y % 2), 2), epochs=1)"),
    ("fit(layer, ce, sgd, batches, epochs=1, early_stopping=EarlyStopping(1))", "give fit a validation=", "fit(layer, ce, sgd, batches, epochs=1, validation=(x, y % 2), early_stopping=EarlyStopping(1))"),
    ("fit(layer, nn.MSELoss(), optim.SGD(layer.parameters(), 1e30), DataLoader(Dataset(x, x[:, :2]), 1), epochs=9)", "try a learning rate ten times smaller than 1e+30", "fresh = nn.Linear(3, 2, rng=rng); fit(fresh, nn.MSELoss(), optim.SGD(fresh.parameters(), 0.1), DataLoader(Dataset(x, x[:, :2]), 1), epochs=9)"),
    ("holes = x * np.float32([np.nan, 1, 1]); fit(layer, nn.MSELoss(), sgd, DataLoader(Dataset(holes, x[:, :2]), 2), epochs=1)", "look for nan in the data", "fresh = nn.Linear(3, 2, rng=rng); fit(fresh, nn.MSELoss(), optim.SGD(fresh.parameters(), 0.1), DataLoader(Dataset(np.nan_to_num(holes), x[:, :2]), 2), epochs=1)"),
    ("training.evaluate(layer, ce, (x * np.float32(np.nan), y % 2))", "look for nan in the inputs", "training.evaluate(layer, ce, (np.nan_to_num(x * np.float32(np.nan)), y % 2))"),
    ("fit(layer, ce, sgd, shuffled, epochs=1, checkpoint=Checkpoint(path))", "add it: Checkpoint(path, rng=[...])", "fit(layer, ce, sgd, shuffled, epochs=1, checkpoint=Checkpoint(path, rng=[rng]))"),
    ("fit(layer, ce, sgd, Blind(data), epochs=1, checkpoint=Checkpoint(path))", "give it an attribute rng, which is None if nothing is random", "blind = Blind(data); blind.rng = None; fit(layer, ce, sgd, blind, epochs=1, checkpoint=Checkpoint(path))"),
    ("fit(layer, ce, sgd, batches, epochs=1, checkpoint=Checkpoint(path)); sgd.lr = 2.0; fit(layer, ce, sgd, batches, epochs=2, checkpoint=Checkpoint(path, resume=True))", "start over with resume=False", "fit(layer, ce, sgd, batches, epochs=2, checkpoint=Checkpoint(path, resume=False))"),
    ("fit(layer, nn.NTXentLoss(), sgd, batches, epochs=1, workers=2)", "use workers=1", "pairs = DataLoader(Dataset(x.reshape(3, 2, 3), np.zeros(3, int)), 3); view = nn.PerView(nn.Sequential(nn.Flatten(), nn.Linear(3, 2, rng=rng))); fit(view, nn.NTXentLoss(), optim.SGD(view.parameters(), 0.1), pairs, epochs=1, workers=1)"),
    ("of_each_class(y, 7, rng)", "give a number from 1 to 6", "of_each_class(y, 6, rng)"),
    # -- weights
    ("layer.load_state_dict(layer)", "use its .state_dict()", "layer.load_state_dict(layer.state_dict())"),
    ("layer.load_state_dict(layer.named_parameters())", "use model.state_dict()", "layer.load_state_dict(layer.state_dict())"),
    ("state = {'net': layer.state_dict()}\nlayer.load_state_dict(state)", "use state['net'] if it holds the weights", "layer.load_state_dict(state['net'])"),
    ("state = {f'module.{k}': v for k, v in layer.state_dict().items()}\nlayer.load_state_dict(state)", "use {name.removeprefix('module.'): value for name, value in state.items()}", "layer.load_state_dict({name.removeprefix('module.'): value for name, value in state.items()})"),
    ("state = dict(torch.nn.Linear(3, 2).named_parameters())\nlayer.load_state_dict(state)", "use {name: value.detach().cpu().float() for name, value in state.items()}", "layer.load_state_dict({name: value.detach().cpu().float() for name, value in state.items()})"),
    ("import ml_dtypes; state = {k: v.astype(ml_dtypes.bfloat16) for k, v in layer.state_dict().items()}\nlayer.load_state_dict(state)", "use {name: value.astype(np.float32) for name, value in state.items()}", "layer.load_state_dict({name: value.astype(np.float32) for name, value in state.items()})"),
    ("np.savez(path, **layer.state_dict())\nload(path)", "build the model and use model.load_state_dict(np.load('", "layer.load_state_dict(np.load(path))"),
    ("save(layer, path)\nload(path)", "build it yourself and use load(path, into=model)", "load(path, into=layer)"),
    ("save(mlp, path)\nmlp.architecture['name'] = 'unknown'\nsave(mlp, path)\nload(path)", "build the model yourself and use load(path, into=model)", "load(path, into=mlp)"),
    ("layer.weight.data[...] = 1e6\nsave(layer, path, half=True)", "save with half=False", "save(layer, path, half=False)"),
    # -- gradient checks and pages
    ("gradcheck.gradcheck(layer, x)", "use x.astype(np.float64) and model.astype(np.float64)", "assert gradcheck.gradcheck(layer.astype(np.float64), x.astype(np.float64)).ok"),
    ("page.pack(nn.Sequential(nn.MaxPool2d(3, 2, padding=1)))", "use padding=0", "page.pack(nn.Sequential(nn.MaxPool2d(3, 2, padding=0)))"),
    ("page.pack(nn.Sequential(nn.Upsample(scale_factor=2)))", "use a network of those", "page.pack(nn.Sequential(nn.Tanh()))"),
    # -- the course
    ("claim('accuracy', 0.9)", "give at_least= or at_most=", "claim('accuracy', 0.9, at_least=0.8)"),
    ("declare('99.1', 'a', abs, hints='12')\ndeclare('99.1', 'b', abs, hints='12')", "give one another number", "declare('99.2', 'b', abs, hints='12')"),
    ("declare('99.3', 'a', abs, hints='1')", "give two or three", "declare('99.3', 'a', abs, hints='12')"),
    ("exercises_of('### Exercise 3.9 · A line\\n\\nDraw it.')", "write *Core, 10 minutes.* below its heading", "exercises_of('### Exercise 3.9 · A line\\n\\n*Core, 10 minutes.*\\n\\nDraw it.')"),
    ("import lib.checks", "write `from lib.course import check`", "from lib.course import check"),
    ("import lib.checks", "let `python -m lib lessons refresh N` rewrite your copy of lesson N", "refreshed('from lib.checks import check')"),
    # -- records; what they advise takes minutes, so only its command line is tried
    ("replace(EXPERIMENTS['iris'], data=lambda: 0).settings()", "save data of your own and use data.from_file", "np.savez('own.npz', x_train=1, y_train=1, x_test=1, y_test=1); from_file('own.npz'); replace(EXPERIMENTS['iris'], data=partial(from_file, 'own.npz')).settings()"),
    ("load_record('iris', '.')", "make one: python -m lib experiments run iris", "shell('experiments run iris --help')"),
    ("load_search('rates', '.')", "make one: python -m lib experiments search rates", "shell('experiments search rates --help')"),
    ("load_combined('.')", "make one: python -m lib experiments combine", "shell('experiments combine --help')"),
    ("load_probabilities('iris', '.')", "give the experiment probabilities=True and run: python -m lib experiments run iris --again", "replace(EXPERIMENTS['iris'], probabilities=True); shell('experiments run iris --again --help')"),
    # -- pictures
    ("read('text.png')", "save it as PNG or JPEG", "read('seven.png')"),
    ("read('phone.heic')", "save it as JPEG or PNG", "Image.open('seven.png').convert('RGB').save('seven.jpg'); read('seven.jpg')"),
    ("read('.')", "give the pictures in it, such as ./*.png", "read(sorted(Path().glob('s*.png'))[0])"),
    ("read('empty.png')", "save or download the picture again", "read('seven.png')"),
    ("read('torn.png')", "save or download the picture again", "read('seven.png')"),
    ("read('huge.png')", "make it smaller", "Image.open('huge.png').resize((940, 940)).save('small.png'); read('small.png')"),
    # -- the command line
    ("shell('train mlp --epochs 0')", "try 5", "shell('train mlp --samples 400 --epochs 5')"),
    ("shell('train mlp --lr fast')", "try 0.001", "shell('train mlp --samples 400 --epochs 1 --lr 0.001')"),
    ("shell('train mlp --digits 3-0')", "write 0-3", "shell('train mlp --samples 400 --epochs 1 --digits 0-3')"),
    ("shell('train mlp --augment shift=99')", "try shift=2,rotation=10", "shell('train mlp --samples 400 --epochs 1 --augment shift=2,rotation=10')"),
    ("shell('train mlp --augment scale=-1')", "try shift=2,rotation=10", "shell('train mlp --samples 400 --epochs 1 --augment shift=2,rotation=10')"),
    ("shell('train mlp --momentum 0.5')", "leave it out", "shell('train mlp --samples 400 --epochs 1')"),
    ("shell('train mlp --momentum 0.5')", "use --optimizer sgd", "shell('train mlp --samples 400 --epochs 1 --momentum 0.5 --optimizer sgd')"),
    ("shell('train mlp --resume --restart')", "give one of them", "shell('train mlp --samples 400 --epochs 1 --restart')"),
    ("Path('saved_models/mlp_unfinished').mkdir(parents=True, exist_ok=True); Path('saved_models/mlp_unfinished/history.json').write_text('{')\nshell('train mlp --resume')", "start over by adding --restart", "shell('train mlp --samples 400 --epochs 1 --restart')"),
    ("shell('test --model mlp.npz --data fashion-mnist-subset --samples 100')", "use --data mnist", "shell('test --model mlp.npz --data mnist --samples 100')"),
    ("shell('test --model mlp.npz --data fashion-mnist-subset --samples 100')", "or a model that was trained on fashion-mnist-subset", "shell('train mlp --data fashion-mnist-subset --samples 400 --epochs 1'); shell('test --model saved_models/mlp_best.npz --data fashion-mnist-subset --samples 100')"),
    ("shell('predict seven.png seven.png --steps steps.png')", "give one IMAGE", "shell('predict seven.png --steps steps.png')"),
    ("shell('predict seven.png --model autoencoder.npz')", "give a classifier", "shell('predict seven.png --model mlp.npz')"),
    ("shell('page autoencoder.npz')", "give a classifier", "shell('page mlp.npz')"),
    ("Path('class').mkdir(exist_ok=True)\nshell('grade class')", "put each student's notebook into it", "nbformat.write(nbformat.v4.new_notebook(), 'class/eva.ipynb'); shell('grade class')"),
    ("Path('class').mkdir(exist_ok=True)\nshell('grade class')", "or a folder with it", "Path('class/eva').mkdir(parents=True); nbformat.write(nbformat.v4.new_notebook(), 'class/eva/day03.ipynb'); shell('grade class')"),
    ("raise ValueError(one_sentence(MemoryError()))", "try a smaller --batch-size or --samples", "shell('train mlp --samples 400 --batch-size 8 --epochs 1')"),
]

# The option of another library, and how to do without it.
OPTIONS = {
    "affine": ("nn.BatchNorm1d(3, affine=False)", "nn.BatchNorm1d(3)"),
    "align_corners": ("nn.Upsample(scale_factor=2, align_corners=True)", "nn.Upsample(scale_factor=2)"),
    "amsgrad": ("optim.Adam([layer.weight], amsgrad=True)", "optim.Adam([layer.weight])"),
    "anneal_strategy": ("optim.OneCycleLR(optim.Adam([layer.weight]), 1, 10, anneal_strategy='cos')", "optim.OneCycleLR(optim.Adam([layer.weight]), 1, 10)"),
    "ceil_mode": ("nn.MaxPool2d(3, ceil_mode=True)", "assert nn.MaxPool2d(3)(np.pad(images, ((0, 0), (0, 0), (0, 1), (0, 1)), constant_values=-np.inf)).shape == (6, 3, 3, 3)"),
    "count_include_pad": ("nn.AvgPool2d(2, padding=1, count_include_pad=True)", "nn.AvgPool2d(2, padding=1)"),
    "dampening": ("optim.SGD([layer.weight], 1, dampening=0)", "optim.SGD([layer.weight], 1)"),
    "device": ("nn.Linear(3, 2, rng=rng, device='cpu')", "nn.Linear(3, 2, rng=rng)"),
    "dilation": ("nn.Conv2d(3, 2, 3, dilation=2, rng=rng)", "dilation, kernel_size = 2, 3; assert nn.Conv2d(3, 2, dilation * (kernel_size - 1) + 1, rng=rng)(images).shape == (6, 2, 4, 4)"),
    "dim": ("nn.Softmax(dim=1)", "dim = 1; assert np.allclose(np.moveaxis(nn.Softmax()(np.moveaxis(images, dim, -1)), -1, dim).sum(axis=1), 1)"),
    "end_dim": ("nn.Flatten(end_dim=-1)", "nn.Flatten()"),
    "generator": ("DataLoader(data, 2, True, generator=0)", "DataLoader(data, 2, True, rng=np.random.default_rng(0))"),
    "groups": ("nn.Conv2d(3, 2, 3, groups=2, rng=rng)", "C = 1; grey(images[:, :C]); nn.Conv2d(2, 1, 3, rng=rng)(images[:, C:])"),
    "ignore_index": ("nn.CrossEntropyLoss(ignore_index=2)", "ignore_index = 2; keep = y != ignore_index; ce(x[keep], y[keep])"),
    "inplace": ("nn.ReLU(inplace=True)", "nn.ReLU()"),
    "last_epoch": ("optim.StepLR(sgd, 3, last_epoch=4)", "s = optim.StepLR(sgd, 3); s.load_state_dict(s.state_dict())"),
    "learning_rate": ("optim.SGD([layer.weight], learning_rate=1)", "optim.SGD([layer.weight], lr=1)"),
    "mode": ("nn.Upsample(scale_factor=2, mode='nearest')", "nn.Upsample(scale_factor=2)"),
    "num_workers": ("DataLoader(data, 2, num_workers=2)", "DataLoader(data, 2)"),
    "padding_mode": ("nn.Conv2d(3, 2, 3, padding=1, padding_mode='reflect', rng=rng)", "assert conv(np.pad(images, ((0, 0), (0, 0), (1, 1), (1, 1)), mode='reflect')).shape == (6, 2, 8, 8)"),
    "pin_memory": ("DataLoader(data, 2, pin_memory=True)", "DataLoader(data, 2)"),
    "pos_weight": ("nn.BCEWithLogitsLoss(pos_weight=[1, 2, 1])", "weight = np.array([1, 2, 1]); ce(np.repeat(x, weight[y], axis=0), np.repeat(y, weight[y], axis=0))"),
    "random_state": ("Augment(random_state=0)", "Augment(rng=np.random.default_rng(0))"),
    "reduce": ("nn.MSELoss(reduce=True)", "nn.MSELoss()"),
    "reduction": ("nn.MSELoss(reduction='sum')", "assert np.isclose(nn.MSELoss()(x, 0 * x) * x.size, (x**2).sum())"),
    "return_indices": ("nn.MaxPool2d(2, return_indices=True)", "nn.MaxPool2d(2)"),
    "seed": ("nn.Dropout(seed=0)", "nn.Dropout(rng=np.random.default_rng(0))"),
    "size": ("nn.Upsample(size=16)", "assert nn.Upsample(scale_factor=2)(images).shape[2:] == (16, 16)"),
    "size_average": ("nn.MSELoss(size_average=True)", "nn.MSELoss()"),
    "start_dim": ("nn.Flatten(start_dim=1)", "assert nn.Flatten()(images).shape == (6, 192)"),
    "steps_per_epoch": ("optim.OneCycleLR(sgd, 1, epochs=2, steps_per_epoch=5)", "optim.OneCycleLR(sgd, 1, epochs=2, batches=5, cycle_momentum=False)"),
    "track_running_stats": ("nn.BatchNorm1d(3, track_running_stats=True)", "nn.BatchNorm1d(3)"),
    "unflattened_size": ("nn.Unflatten(unflattened_size=(32, 7, 7))", "nn.Unflatten(32, 7, 7)"),
    "Unflatten.dim": ("nn.Unflatten(dim=1, unflattened_size=(32, 7, 7))", "nn.Unflatten(32, 7, 7)"),
    "weight": ("nn.CrossEntropyLoss(weight=[1, 2, 1])", "weight = np.array([1, 2, 1]); ce(np.repeat(x, weight[y], axis=0), np.repeat(y, weight[y], axis=0))"),
}
# fmt: on


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    """Make a folder with models and pictures, whole and broken ones."""
    folder, rng = tmp_path_factory.mktemp("files"), np.random.default_rng(0)
    recipe = {"data": "mnist", "classes": list(range(10))}
    save(models.mlp((784, 10), rng=rng), folder / "mlp.npz", recipe=recipe)
    save(models.autoencoder(2, rng=rng), folder / "autoencoder.npz")
    *_, x_test, y_test = load_mnist()
    Image.fromarray(x_test[np.flatnonzero(y_test == 7)[0]]).save(folder / "seven.png")
    whole = (folder / "seven.png").read_bytes()
    broken = {"text.png": b"text", "torn.png": whole[:120], "empty.png": b""}
    broken["phone.heic"] = b"\0\0\0\x18ftypheic\0\0\0\0mif1heic" + bytes(100)
    for name, content in broken.items():
        (folder / name).write_bytes(content)
    Image.new("1", (9400, 9400)).save(folder / "huge.png")
    return folder


@pytest.fixture(autouse=True)
def elsewhere(tmp_path, monkeypatch, files):
    """Work in a copy of that folder, and declare exercises for nobody else."""
    shutil.copytree(files, tmp_path, dirs_exist_ok=True)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setitem(declare.__globals__, "EXERCISES", {})


def shell(line):
    """Run a command here, as ``python -m lib`` does; raise what it would say."""
    try:
        assert not commands(COMMANDS).main(shlex.split(line), "lib", standalone_mode=False)
    except click.exceptions.Exit as end:
        assert end.exit_code == 0
    except Exception as error:
        if (sentence := one_sentence(error)) is None:
            raise
        raise ValueError(sentence) from error


def exercises_of(text):
    """Return what a lesson with this text asks for."""
    cell = nbformat.v4.new_markdown_cell(text)
    return tasks(nbformat.v4.new_notebook(cells=[cell]))


def refreshed(source):
    """Run a reader's cell after a refresh of the lesson it is in."""
    course, name = Lessons(Path()), "day03_lines.ipynb"
    course.tracked.mkdir()
    lesson = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell("", id="one")])
    nbformat.write(lesson, course.tracked / name)
    course.copy_missing()
    lesson.cells[0].source = source
    nbformat.write(lesson, course.work / name)
    course.refresh(3)
    copy = nbformat.read(course.work / name, as_version=4)
    assert "lib.checks" not in nbformat.writes(copy)
    exec(copy.cells[-1].source, {})


class Blind:
    """Batches that do not say what they draw from."""

    def __init__(self, data):
        self.data = data

    def __iter__(self):
        yield self.data.x, self.data.y


def surroundings(path):
    """Return what the snippets find: arrays, layers, an optimiser."""
    rng = np.random.default_rng(0)
    x = rng.uniform(0.1, 0.9, (6, 3)).astype(np.float32)
    y = np.arange(6) % 3
    layer = nn.Linear(3, 2, rng=rng)
    data = Dataset(x, y % 2)

    def cycle(total_steps, batches):
        adam = optim.Adam(nn.Linear(3, 2, rng=rng).parameters())
        schedule = optim.OneCycleLR(adam, 1, total_steps)
        for _ in range(batches):
            schedule.step()

    return globals() | {
        "rng": rng,
        "x": x,
        "y": y,
        "images": rng.uniform(0, 2, (6, 3, 8, 8)).astype(np.float32),
        "layer": layer,
        "mlp": models.mlp((4, 3), rng=rng),
        "conv": nn.Conv2d(3, 2, 3, rng=rng),
        "grey": nn.Conv2d(1, 2, 3, rng=rng),
        "ce": nn.CrossEntropyLoss(),
        "sgd": optim.SGD(layer.parameters(), lr=0.1),
        "data": data,
        "batches": DataLoader(data, 2),
        "shuffled": DataLoader(data, 2, shuffle=True, rng=rng),
        "path": str(path / "file.npz"),
        "cycle": cycle,
    }


def answer(code, names):
    """Return what a snippet is told; its last line is the mistake."""
    kinds = ValueError, TypeError, RuntimeError, FloatingPointError, ImportError, RecordError
    with pytest.raises(kinds) as error:
        exec(code, names)
    return str(error.value)


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case[0][:40]} {case[1][:30]}")
def test_the_remedy_of_a_message_helps(case, tmp_path):
    mistake, remedy, instead = case
    names = surroundings(tmp_path)
    assert remedy in answer(mistake, names)
    exec(instead, names)


@pytest.mark.parametrize("option", WAYS)
def test_the_way_round_an_option_of_another_library_works(option, tmp_path):
    mistake, instead = OPTIONS[option]
    names = surroundings(tmp_path)
    name = option.split(".")[-1]
    assert f"has no option {name}; {WAYS[option]}" in answer(mistake, names)
    exec(instead, names)


def test_every_message_with_a_remedy_has_its_case(tmp_path):
    told = []
    for mistake, *_ in [*CASES, *OPTIONS.values()]:
        told.append(answer(mistake, surroundings(tmp_path)))
    untried = [
        pattern
        for pattern in messages()
        if not any(re.search(pattern, message, re.DOTALL) for message in told)
    ]
    assert not untried, "\n".join(untried)


def test_no_case_is_left_over():
    assert OPTIONS.keys() == WAYS.keys()
    assert len(messages()) > 60
