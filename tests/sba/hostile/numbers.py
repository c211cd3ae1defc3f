"""Amounts, dates and numbers that a hasty reader would take for others: read right, or failed by name."""

from datetime import date

from sba.samples import SOMEONE
from tests.sba.hostile.cases import messages
from tests.sba.messages import changed, fact

AMOUNT = '<bd-i:TaxAssessmentAmount contextRef="{}" unitRef="EUR" decimals="INF">{}</bd-i:TaxAssessmentAmount>'


def each(name: str, values: tuple[str, ...]) -> dict[str, object]:
    return {f"{value!a:.40}": lambda value=value: fact(name, value) for value in values}


def identified(identifier: str) -> bytes:
    """The message of somebody else."""
    return changed(f">{SOMEONE}<", f">{identifier}<")


messages(
    "amount",
    "SBA-304",
    builds=each(
        "TaxAssessmentAmount",
        (
            "١٢",
            "１２",
            "१२",
            "²",
            "1e5",
            "+5",
            "--5",
            "- 5",
            "5-",
            "(5)",
            "12,50",
            "12.00",
            "1.234",
            "1 000",
            "1\u00a0000",
            "1_000",
            "0x10",
            "1234567890123456",
            "9" * 5000,
            "INF",
            "NaN",
            "",
            " ",
            "€ 5",
            "EUR 5",
            "−5",
            "‐5",
            "5\u200b",
            "\ufeff5",
            "vijf",
            "5;6",
            "=1+1",
            "null",
            "1/2",
        ),
    ),
)
for text, value in {" 5 ": 5, "\n-7\t": -7, "007": 7, "-0": 0, "0": 0, "9" * 15: 10**15 - 1}.items():
    messages("amount", builds=each("TaxAssessmentAmount", (text,)), amount=value)
messages(
    "date",
    "SBA-304",
    builds=each(
        "NoticeOfAssessmentDate",
        (
            "2021-02-30",
            "2021-2-3",
            "20210203",
            "03-02-2021",
            "2021-02-03Z",
            "2021-02-03+01:00",
            "2021-02-03T00:00:00",
            "2021-W05-3",
            "2021-034",
            "21-02-03",
            "0000-01-01",
            "1999-12-31",
            "2101-01-01",
            "10000-01-01",
            "-2021-02-03",
            "٢٠٢١-٠٢-٠٣",
            "2021‐02‐03",
            "2021/02/03",
            "",
            "gisteren",
            "2021-13-01",
            "2021-00-10",
            "2023-02-29",
        ),
    ),
)
messages("date", builds=each("NoticeOfAssessmentDate", ("2024-02-29",)), dated_on=date(2024, 2, 29))
messages("date", builds=each("NoticeOfAssessmentDate", (" 2021-02-03\n",)), dated_on=date(2021, 2, 3))
messages(
    "year",
    "SBA-304",
    builds=each("FiscalYear", ("19", "2019Z", "1999", "2101", "02019", "MMXIX", "-2019", "２０１９", "")),
)
messages(
    "BSN",
    "SBA-204",
    builds={
        repr(identifier): lambda identifier=identifier: identified(identifier)
        for identifier in (
            "900000017",
            "000000000",
            "00000000",
            "1234567",
            "9000000160",
            "",
            "abc",
            "9000.00.016",
            "90000001 6",
            "٩٠٠٠٠٠٠١٦",
            "９００００００１６",
            "-900000016",
            "0x35a4e910",
            "900000016B1",
            "900000016B001",
            "NL900000016",
            "12345672B01",
        )
    },
)
messages(
    "BSN",
    "SBA-202",
    builds={
        repr(number): lambda number=number: identified(number) for number in ("123456782", "12345672", "012345672")
    },
)
messages(
    "BSN",
    builds={
        repr(text): lambda text=text: identified(text) for text in (f" {SOMEONE}\n", f"{SOMEONE}B01", f"NL{SOMEONE}B02")
    },
)
messages(
    "assessment number",
    "SBA-304",
    builds=each(
        "NoticeOfAssessmentNumber", ("", ".", " . ", "1" * 24, f"{SOMEONE}H96\u202e01", f"{SOMEONE}H96\u200b01")
    ),
)
messages(
    "assessment number",
    builds={
        "printed": lambda: fact("NoticeOfAssessmentNumber", "9000.00.016.H.96.01"),
        "small letters": lambda: fact("NoticeOfAssessmentNumber", f"{SOMEONE}h9601"),
    },
    number=f"{SOMEONE}H9601",
)
INSIDE = {
    "a comment": "43<!-- 9 -->21",
    "an empty comment": "43<!---->21",
    "an instruction": "43<?x 9?>21",
    "CDATA": "<![CDATA[4321]]>",
    "half CDATA": "43<![CDATA[21]]>",
    "references": "&#52;&#x33;21",
    "white space": "\n\t4321\r ",
}
messages(
    "inside an amount", builds={name: lambda text=text: changed(">4321<", f">{text}<") for name, text in INSIDE.items()}
)
messages(
    "inside an amount",
    "SBA-304",
    builds={
        "an element": lambda: changed(">4321<", ">43<b/>21<"),
        "an element in front": lambda: changed(">4321<", "><b/>4321<"),
        "another fact": lambda: changed(">4321<", f">{AMOUNT.format('p', 9)}4321<"),
    },
)
