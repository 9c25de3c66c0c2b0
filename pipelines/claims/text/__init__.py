"""Figures out of running text: deterministic rules over one immutable text.

The stages, each a module of small pure functions: sentences, masks, metric (with the lexicon),
people, parts, modality, attribution, place, window; `extract` puts them together and checks what
they made. Offsets always count characters of the text as given.
"""
