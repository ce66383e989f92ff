"""Pure numbers: numpy, scipy, numba and highspy only; no clock, no files, no global random state."""
