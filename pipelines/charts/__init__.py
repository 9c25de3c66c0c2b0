"""Charts of the published tables. `stage.draw` draws all of them; a chart reads nothing else."""
