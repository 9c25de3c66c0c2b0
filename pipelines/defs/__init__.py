"""The Dagster layer: assets, checks, sensor, resource, and how the command line runs the one job.

Only this package and `pipelines.definitions` import Dagster. An asset reads tables, calls a stage's
plain function and writes tables; nothing is computed here.
"""
