"""From the bytes of one document to what is found in it, and from findings to verdicts. Nothing is written here."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256

from migration.kinds.protocol import Facts, Kind, Verdict
from migration.kinds.registry import kind_of
from migration.models import Outcome, Run
from migration.problems import Problem, Rejected
from migration.road.chunks import PASSING
from portal.running.faults import noted


@dataclass(frozen=True, slots=True)
class Finding:
    """What one file turned out to be: facts, a problem, or neither where it is another kind of file."""

    digest: str = ""
    facts: Facts | None = None
    problem: Problem | None = None
    problem_facts: Mapping[str, str] = field(default_factory=dict)


def examine(kind: Kind, content_of: Callable[[], bytes]) -> Finding:
    """One document. A fault of its data is its problem; any other exception is ours, and the others go on."""
    digest = ""
    try:
        content = content_of()
        digest = sha256(content).hexdigest()
        return Finding(digest, kind.read(content))
    except Rejected as why:
        return Finding(digest, problem=why.problem, problem_facts=why.facts)
    except PASSING:  # the storage or the database, not the document: all of it is tried again later
        raise
    except Exception as error:
        return Finding(digest, problem=kind.problems.unexpected, problem_facts=noted(error))


def judge(run: Run, findings: Sequence[Finding]) -> list[Verdict]:
    """One verdict per finding; the kind is asked about the readable ones, all at once, if there are any."""
    readable = [(finding.facts, finding.digest) for finding in findings if finding.facts]
    matched = iter(kind_of(run).match(readable, run) if readable else ())
    return [next(matched) if finding.facts else unread(finding) for finding in findings]


def unread(finding: Finding) -> Verdict:
    if finding.problem:
        return Verdict(Outcome.FAILED, problem=finding.problem, problem_facts=finding.problem_facts)
    return Verdict(Outcome.OTHER)
