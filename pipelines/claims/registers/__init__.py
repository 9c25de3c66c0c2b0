"""The readers of registers, one file each: what the columns of a producer's tables mean.

A reader is `tables(release) -> Sequence[TableSpec]`: the layouts that its files may have. How a
file is read by a layout stands in `pipelines.claims.tables`.
"""
