"""Pure numbers: numpy, scipy, numba, highspy; no clock, files or global random state."""
