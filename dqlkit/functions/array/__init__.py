"""Array functions. Positions count from 0; an array as a whole is null only where it is missing."""
