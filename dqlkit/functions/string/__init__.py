"""String functions. Positions are UTF-16 code units from 0; only ASCII letters fold where case does not matter."""
