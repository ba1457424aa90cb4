"""Autoencoder: squeeze the input through a few numbers, then draw it again from them."""

import numpy as np

from lib.nn.module import Module


class AutoEncoder(Module):
    """An encoder and a decoder that learn together: ``y = decoder(encoder(x))``.

    Parameters
    ----------
    encoder, decoder : Module
        From an input to its code, and from the code back to an input. Axis 0 of all is the batch.
    show_code : bool, optional
        Whether the output is the decoder's rows followed by the code, for a loss that looks at both
        (``SparseLoss``, ``VariationalLoss``).

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

    def __init__(self, encoder, decoder, *, show_code=False):
        for part in (encoder, decoder):
            if not isinstance(part, Module):
                raise TypeError(f"AutoEncoder expected two layers or networks, got {part!r}")
        if set(_layers(encoder)) & set(_layers(decoder)):
            raise ValueError("AutoEncoder got a layer that is in both the encoder and the decoder")
        self.encoder, self.decoder, self.show_code = encoder, decoder, show_code

    def forward(self, x):
        """Return ``decoder(encoder(x))``, followed by the code if it is to be shown."""
        code = self.encoder(x)
        y = self.decoder(code)
        width = y.shape[1]
        if self.show_code:
            y = np.concatenate([y, code], axis=1)
        self.save(width, output=y)
        return y

    def backward(self, grad_output):
        """Run backward through the decoder, then through the encoder."""
        return self.encoder.backward(self._for_code(grad_output, self.decoder.backward))

    def backward_params(self, grad_output):
        """Add the gradients of both parts; nothing is computed for the input."""
        self.encoder.backward_params(self._for_code(grad_output, self.decoder.backward))

    def backward_input(self, grad_output):
        """Return the gradient for the input and leave the parameters' gradients alone."""
        return self.encoder.backward_input(self._for_code(grad_output, self.decoder.backward_input))

    def _for_code(self, grad_output, through_decoder):
        """Return the gradient for the code: through the decoder, and from where it is shown."""
        width = self.saved(grad_output)
        if not self.show_code:
            return through_decoder(grad_output)
        return through_decoder(grad_output[:, :width]) + grad_output[:, width:]


def _layers(part):
    return [module for _, module in part.named_modules()]
