"""What every stage needs and none owns: the number grammar, ranges, and other pure functions.

Nothing here reads a file of a source, a clock or the network, and nothing imports a stage.
"""
