"""Running a bound query: tables in, a result out."""
