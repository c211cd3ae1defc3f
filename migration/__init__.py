"""Any import, on its way from an upload to an outcome per record. Knows no XBRL; imports portal."""
