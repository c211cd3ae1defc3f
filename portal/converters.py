"""Numbers in addresses: at most nine digits, so that each is one that a database can look up."""

from django.urls import register_converter
from django.urls.converters import IntConverter


class Number(IntConverter):
    regex = "[0-9]{1,9}"


register_converter(Number, "number")
