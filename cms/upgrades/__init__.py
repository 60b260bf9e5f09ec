"""What an upgrade asks before it changes anything: do the processes that still run survive it?

While nodes are restarted one after the other, old code works on the new tables, and the way
back is old code as well. So no migration may take away or forbid what old code needs, unless
somebody has signed in the migration that no code has needed it since an earlier release.
"""
