"""A site's later life: renamed, archived and restored, merged, split.

Each act is one transaction and returns a report; a dry run does it all and
undoes it, so that the report tells what would be and not what was guessed.
"""
