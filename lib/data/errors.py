"""What can go wrong with data, by name.

All are a ``DataError``, which is a ``ValueError``: catch the one you can mend, or all of them.
"""


class DataError(ValueError):
    """A data set cannot be used; the message says which file, why, and what to do."""


class MissingFileError(DataError, FileNotFoundError):
    """A file is not where it was looked for."""


class IdxError(DataError):
    """A file breaks the IDX format: damaged gzip, wrong first bytes, too short or too long."""


class ChecksumError(DataError):
    """A file is complete and readable, but is not the file it should be."""


class DownloadError(DataError):
    """A download did not succeed; nothing of it was kept."""
