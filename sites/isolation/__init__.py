"""What keeps departments apart in the admin: confinement, gate, ownership, references.

A member of staff works for one department at a time. While a request of theirs
is answered it is confined to that department: people, pictures, files and every
row of a plugin are its own, the addresses that are let in are listed, and an id
that names somebody else's object is answered as one that does not exist. A
superuser is not confined; what one does is in the record.
"""
