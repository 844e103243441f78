"""HTML5 measured: each installed browser is started on a throw-away profile and asked by a page.

The page comes from a server of this machine's own, for one visit, and sends what it found
back to it once. Nothing of the user's is opened, nothing is looked up or sent elsewhere,
and no process and no file is left. What comes back is a reading for each installation.

``page`` is what the browser runs, ``server`` serves it, ``result`` understands the answer,
``browsers`` knows how each family is started, ``run`` does it all.
"""
