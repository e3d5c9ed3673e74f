"""Where records rest: columns and text within a budget; knows no files and no formats."""
