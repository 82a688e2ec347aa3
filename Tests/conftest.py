"""Shared by all tests in Python: this folder is where their packages are found."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))
