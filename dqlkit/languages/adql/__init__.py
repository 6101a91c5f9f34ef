"""ADQL, the query language of AppDynamics Analytics."""
