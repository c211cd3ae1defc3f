"""One importer: SBA's out of the ZIP that the ECM exported. Imports migration and portal."""
