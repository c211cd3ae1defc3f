"""The bytes of what was imported, or tried."""

import zlib

from django.db import models


class Document(models.Model):
    """The bytes of one document, deflated. Content-addressed: one row per distinct content.

    One that could not be read is kept too: it is what a retry and 'Mislukte bestanden (ZIP)' need.
    """

    digest = models.CharField(max_length=64, primary_key=True, help_text="SHA-256 of the content, hex")
    body = models.BinaryField(help_text="raw deflate stream, as it stood in the upload")
    size = models.IntegerField(help_text="bytes, inflated")

    class Meta:
        db_table = "sba_document"  # where it stood before any other kind of import came: no row is copied for a name

    def __str__(self) -> str:
        return self.digest[:12]

    def content(self) -> bytes:
        """The document itself."""
        return zlib.decompress(self.body, wbits=-zlib.MAX_WBITS)
