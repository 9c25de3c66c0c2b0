"""The briefings: quote cards and one-page documents, said from the published tables alone.

`select` chooses what a page is about, `content` and `quote_card` say it as a `document`, and each
writer makes one format of that document: `web_page`, `pdf`, `slides`, `workbook`, `markdown`.
"""
