"""The stage raw: bytes as received beside a card, and the project's own registers and overlays.

Nothing is read out of a source here. A release folder `data/raw/<source>/<release>/` holds a card,
`source.yml`, and the files whose SHA-256 it gives. A release is taken whole: where a file that the
card names is missing or has other bytes, none of the release is read, and the others go on. A file
that no card names is reported and left unread. A link is never followed.

Names that a computer leaves behind (a leading dot as in `.DS_Store`, a trailing `~`, a leading
`~$`, `Thumbs.db`, `desktop.ini`) hold no source's bytes: they are neither read nor reported.

For a public release a folder whose card does not say `sensitivity: public` beyond doubt is not
opened but for the card, and nothing of it is listed; nor is a file that no public card names.
"""
