"""`dqlkit serve`: the vendors' HTTP APIs over a store on this machine.

    request ─ app (host, path) ─ route (access, body) ─ handler of one API ─ store, session ─ answer
                                   └─ a `Fault` is written as that API writes errors

One file per API declares its routes: method, paths, scopes, limit of the body. From these declarations follow the checks of
access, the errors for what does not fit, and the OpenAPI description. `app` puts them together.
"""
