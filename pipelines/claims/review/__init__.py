"""Review: the queue of claims to read, the sheet a person fills in, and the decisions taken back.

`queue` makes the table `claims/review_queue`, `sheet` writes it out, `decisions` reads what a
person decided and `register` adds it to data/raw/reviews.csv. What a decision does to a claim
stands in `pipelines.claims.overlays`.
"""
