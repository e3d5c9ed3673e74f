"""Each question, answered at a desk."""
