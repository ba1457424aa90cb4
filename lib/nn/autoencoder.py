"""Autoencoder: squeeze the input through a few numbers, then draw it again from them."""

from lib.nn.module import Module


class AutoEncoder(Module):
    """An encoder and a decoder that learn together: ``y = decoder(encoder(x))``.

    Parameters
    ----------
    encoder, decoder : Module
        From an input to its code, and from a code back to an input.

    Notes
    -----
    The loss compares ``y`` with ``x`` itself. ``model.encoder(x)`` gives the codes,
    ``model.decoder(codes)`` draws them.

    Examples
    --------
    >>> import numpy as np
    >>> from lib import nn
    >>> rng = np.random.default_rng(0)
    >>> encoder, decoder = nn.Linear(784, 2, rng=rng), nn.Linear(2, 784, rng=rng)
    >>> nn.AutoEncoder(encoder, decoder)
    AutoEncoder(
      (encoder): Linear(in_features=784, out_features=2, bias=True)
      (decoder): Linear(in_features=2, out_features=784, bias=True)
    )
    """

    def __init__(self, encoder, decoder):
        for part in (encoder, decoder):
            if not isinstance(part, Module):
                raise TypeError(f"AutoEncoder expected two layers or networks, got {part!r}")
        if set(_layers(encoder)) & set(_layers(decoder)):
            raise ValueError("AutoEncoder got a layer that is in both the encoder and the decoder")
        self.encoder, self.decoder = encoder, decoder

    def forward(self, x):
        """Return ``decoder(encoder(x))``."""
        return self.decoder(self.encoder(x))

    def backward(self, grad_output):
        """Run backward through the decoder, then through the encoder."""
        return self.encoder.backward(self.decoder.backward(grad_output))

    def backward_params(self, grad_output):
        """Add the gradients of both parts; nothing is computed for the input."""
        self.encoder.backward_params(self.decoder.backward(grad_output))

    def backward_input(self, grad_output):
        """Return the gradient for the input and leave the parameters' gradients alone."""
        return self.encoder.backward_input(self.decoder.backward_input(grad_output))


def _layers(part):
    return [module for _, module in part.named_modules()]
