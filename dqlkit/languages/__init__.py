"""The languages: each one package with the same verbs (parse, bind, lift, format), plus the text machinery they share."""
