"""The addresses of each era: entrypoints, namespaces and prefixes (domain.md §1.1, §1.2)."""

from typing import Final

ENTRYPOINTS: Final = {"IB": "ih", "ZVW": "zvw", "VPB": "vpb", "OB": "ob"}

# When a taxonomy came out: the date in its addresses (domain.md §1.1); of NT16 the Belastingdienst's part came twice.
RELEASES: Final = {
    11: "20161207", 12: "20171213", 13: "20181212", 14: "20191211", 15: "20201209", 16: "20211208.b", 17: "20221207",
    18: "20231213", 19: "20241211", 20: "20251210", 21: "20261209",
}  # fmt: skip
# The extension of a taxonomy: the entrypoints for IB and ZVW stand in it, what they are made of in the taxonomy (§1.2).
EXTENSIONS: Final = {14: "20200219", 15: "20210217"}
PREFIXES: Final = {
    "bd-aanslag": "bd-asl", "bd-bedrijven": "bd-bedr", "bd-burgers": "bd-burg", "bd-omzetbelasting": "bd-ob",
    "bd-asl-tuples": "bd-asl-t", "nl-common-data": "nl-cd",
}  # fmt: skip
DICTIONARIES: Final = ("bd-aanslag", "bd-bedrijven", "bd-burgers", "bd-omzetbelasting")


def entrypoint(tax: str, taxonomy: int) -> str:
    """The address in schemaRef (domain.md §1.2). The name for OB is our guess."""
    code = ENTRYPOINTS[tax]
    if taxonomy < 11:
        return f"{_base(taxonomy)}report/bd/entrypoints/rpt-bd-{code}-sba-{taxonomy + 2005}.xsd"
    is_of_person = tax in ("IB", "ZVW")
    base = _base(taxonomy, EXTENSIONS.get(taxonomy, "") if is_of_person else "")
    return f"{base}entrypoints/bd-rpt-{code}-sba-{taxonomy + (2005 if is_of_person else 2006)}.xsd"


def _base(taxonomy: int, extension: str = "") -> str:
    if taxonomy < 11:
        return f"http://www.nltaxonomie.nl/{taxonomy}.0/"
    return f"http://www.nltaxonomie.nl/nt{taxonomy}/bd/{extension or RELEASES[taxonomy]}/"


def namespaces(taxonomy: int) -> dict[str, str]:
    base = _base(taxonomy)
    if taxonomy < 11:
        spaces = {PREFIXES[name]: f"{base}basis/bd/items/{name}" for name in DICTIONARIES}
        places = (
            f"{base}domein/bd/tuples/bd-asl-tuples",
            f"{base}domein/bd/axes/bd-axes",
            f"{base}basis/bd/domains/bd-members",
        )
    else:
        names = DICTIONARIES if taxonomy == 11 else ("bd-data",)
        spaces = {prefix_of(name, taxonomy): f"{base}dictionary/{name}" for name in names}
        tuples = "bd-asl-tuples" if taxonomy == 11 else "bd-tuples"
        places = (f"{base}dictionary/{tuples}", f"{base}validation/bd-axes", f"{base}dictionary/bd-domain-members")
    prefixes = (prefix_of("bd-asl-tuples", taxonomy), "bd-dim-dim", "bd-dim-mem")
    common = "7.0/basis/sbr/items/nl-common-data" if taxonomy < 11 else "nt12/sbr/20170714/dictionary/nl-common-data"
    return {**spaces, **dict(zip(prefixes, places, strict=True)), "nl-cd": f"http://www.nltaxonomie.nl/{common}"}


def prefix_of(dictionary: str, taxonomy: int) -> str:
    if dictionary == "nl-common-data":
        return "nl-cd"
    if taxonomy < 12:
        return PREFIXES.get(dictionary, dictionary)
    return "bd-t" if dictionary == "bd-asl-tuples" else "bd-i"


def taxonomy_of(tax: str, year: int) -> int:
    """The number of the taxonomy in which an assessment of this year is sent (domain.md §1.2)."""
    number = year - (2005 if tax in ("IB", "ZVW") else 2006)
    return max(8 if tax == "OB" else 7, min(number, 20))
