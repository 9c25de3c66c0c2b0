"""The stage marts: what is published, and how a release is made, kept, compared and taken back.

Presentation only: nothing here compares, combines or reads figures. `build` makes the tables, and
`release` puts them out whole or not at all.
"""
