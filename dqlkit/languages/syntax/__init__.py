"""Text machinery of all languages; no meaning lives here."""
