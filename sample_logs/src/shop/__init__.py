"""A web shop that exists only to have something go wrong in it."""
