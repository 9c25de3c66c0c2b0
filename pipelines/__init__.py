"""Attest: from published words to figures. One package a stage, and `core` for what they share."""
