"""Answers that many routes of the programme have in common."""

WHAT_THEY_MAY_SEE = "y- yyyyyyyyy yxyx"

WHOEVER_RUNS_IT = {
    "open group": "-- xxxxyxxxx yxxx",
    "closed group": "-- xxxxyxxxx yxxx",
    "hidden group": "-- .xxxy.... yx.x",
    "nonsense": "-- ......... .x.x",
}
WHOEVER_BELONGS = {
    "open group": "-- xxyyyxxxx -x-x",
    "closed group": "-- xxyyyxxxx -x-x",
    "hidden group": "-- .xyyy.... -x-x",
    "nonsense": "-- ......... -x-x",
}
WHOEVER_SEES_IT = {
    "open group": WHAT_THEY_MAY_SEE,
    "closed group": WHAT_THEY_MAY_SEE,
    "hidden group": ".- .yyyy.... yx.x",
    "nonsense": ".- ......... .x.x",
}

WHOEVER_KNOWS_OF_IT = {
    "open group": "-- yyyyyyyyy -x-x",
    "closed group": "-- yyyyyyyyy -x-x",
    "hidden group": "-- .yyyy.... -x-x",
    "nonsense": "-- ......... -x-x",
}
