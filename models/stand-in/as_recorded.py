"""An ECG as another recorder, on another day, would have taken it."""

import torch

from dataset import LENGTH, RATE

GAIN_JITTER = 0.12
# Hz; the bands that recorders leave of an ECG before it comes here.
LOW_PASS, LOW_PASS_ORDER, HIGH_PASS = (25, 150), 3, (0.01, 0.5)
# Standard deviation of white noise, in those of the ECG, and how often an electrode has come off.
NOISE, LEAD_OFF = (0.003, 0.1), 0.03

RECORDERS = (
    f"lead gain jitter {GAIN_JITTER}, low pass {LOW_PASS} Hz, high pass {HIGH_PASS} Hz and noise {NOISE} SD drawn for "
    f"each ECG, leads off {LEAD_OFF}"
)


def as_recorded(inputs: torch.Tensor) -> torch.Tensor:
    """Noise, the recorder's band with the ST shift of an analogue high pass, each lead's gain; now and then a flat lead."""
    count, leads, _ = inputs.shape
    drawn = {"device": inputs.device}
    noisy = inputs + between(NOISE, count, drawn)[..., None] * torch.randn(inputs.shape, **drawn)
    frequency = torch.fft.rfftfreq(LENGTH, 1 / RATE, **drawn)
    low, high = between(LOW_PASS, count, drawn), between(HIGH_PASS, count, drawn)
    band = (1 + (frequency / low) ** (2 * LOW_PASS_ORDER)) ** -0.5 / (1 + 1j * high / frequency.clamp(min=1e-3))
    recorded = torch.fft.irfft(torch.fft.rfft(noisy) * band[:, None], LENGTH)
    gain = torch.exp(GAIN_JITTER * torch.randn(count, leads, 1, **drawn))
    if leads > 1:
        gain = gain * (torch.rand(count, leads, 1, **drawn) >= LEAD_OFF)
    return recorded * gain


def between(bounds: tuple[float, float], count: int, drawn: dict) -> torch.Tensor:
    """One number for each ECG, its logarithm uniform."""
    lowest, highest = bounds
    return lowest * (highest / lowest) ** torch.rand(count, 1, **drawn)
