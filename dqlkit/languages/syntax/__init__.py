"""What all languages share to read and write text: parser, recovery, trees, printer, layout. Nothing here knows
meaning."""
