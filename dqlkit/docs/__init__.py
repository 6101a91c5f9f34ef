"""The pages of the documentation, and what writes those that are tables of facts."""
