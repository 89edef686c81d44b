"""Source trees from the package indexes, under permissive licences: one file per origin; all of them train.

Nothing fetched is committed; `ledger.describe` writes the tables of CORPUS.md, which name archives by hash.
"""
