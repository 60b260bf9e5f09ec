"""Vietnamese words for Wagtail, Django and allauth, as these are spoken in a newsroom.

``vi/`` holds one catalogue of all of them; it stands in ``LOCALE_PATHS``, so that it
also mends what the packages say wrongly ("Site" and "Page" are both "Trang" there).
What the packages say outside of their catalogues is mended by ``apps`` and ``templates``.
"""
