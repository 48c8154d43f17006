"""Run by a bundle before the program: pyqtgraph imports QtOpenGL for a kind of item that nnstudio has not.

Its 9 MB are left out, and an empty module stands in.
"""

import sys
import types

sys.modules["PySide6.QtOpenGL"] = types.ModuleType("PySide6.QtOpenGL")
