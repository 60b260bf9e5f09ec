"""How text is stored: Unicode form, slugs, sanitising, fields that keep out of migrations."""
