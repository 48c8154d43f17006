"""Whether tests of random input try ten times as many: set NNSTUDIO_STRESS=1."""

import os

STRESS = os.environ.get("NNSTUDIO_STRESS") == "1"
