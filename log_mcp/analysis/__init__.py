"""records -> answers a person would give: kinds of failure, trends, places in the code.

Pure over what it is given, but for `workspace`, the one file here that reads the disk.
"""
