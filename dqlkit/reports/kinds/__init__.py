"""The kinds of documents, one file each: `read` gives a document, or None for an object of another kind."""
