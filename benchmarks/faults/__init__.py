"""Faults that ``detectors.py`` plants, one file a kind."""
