"""The stage figures: every claim with its range, its question and its repeats; none is dropped."""
