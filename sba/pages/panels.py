"""What the dossier page shows of SBA's."""

from typing import Any

from portal.access import SignedInRequest
from portal.clients.panels import Panel
from portal.lists.table import paged
from portal.models import Client
from sba.models import Sba
from sba.pages.tables import SbaTable


def sbas_of(client: Client, request: SignedInRequest) -> dict[str, Any]:
    sbas = Sba.objects.visible_to(request.user).filter(client=client).select_related("record")
    return {"table": paged(SbaTable(sbas), request)}


SBAS = Panel("SBA's", "sba/_dossier.html", sbas_of)
