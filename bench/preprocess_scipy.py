"""ECGFounder's preprocessing with SciPy, as the other side of preprocess.ts; speaks lines over stdin and stdout.

In: one line of JSON {"leads": n, "signal": base64 of float64}, then a count per line.
Out: base64 of the result, then per count the CPU milliseconds that one ECG took, over that many.
"""

import os

for threads in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[threads] = "1"

import base64
import json
import sys
import time

import numpy as np
from scipy.signal import butter, filtfilt, iirnotch, medfilt

NOTCH = iirnotch(50, 30, 500)
BAND_PASS = butter(4, [0.67, 40], "bandpass", fs=500)


def preprocess(signal):
    """Filters all leads in one call where SciPy can, which is faster than lead by lead."""
    filtered = filtfilt(*BAND_PASS, filtfilt(*NOTCH, np.nan_to_num(signal)))
    filtered -= np.stack([medfilt(lead, 201) for lead in filtered])
    return (filtered - filtered.mean()) / (filtered.std() + 1e-8)


def main():
    request = json.loads(sys.stdin.readline())
    signal = np.frombuffer(base64.b64decode(request["signal"])).reshape(request["leads"], -1)
    print(base64.b64encode(preprocess(signal).tobytes()).decode(), flush=True)
    for line in iter(sys.stdin.readline, ""):
        count = int(line)
        start = time.process_time()
        for _ in range(count):
            preprocess(signal)
        print((time.process_time() - start) / count * 1000, flush=True)


main()
