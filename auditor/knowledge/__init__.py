"""Reference facts with a date and a source, which no PC can tell of itself.

They are added when a snapshot is judged, never when it is taken: a table that is mended
today serves last year's snapshots too. Nothing here reads a PC, or is fetched at run time.
"""
