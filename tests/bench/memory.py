"""How much memory an import takes above bare Django, at two sizes: it must not grow with the file.

Each import runs in a process of its own (`manage.py import_sba`, SQLite); what counts is its peak resident memory.
"""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

from tests.bench.setting import arguments

PEAK = """
import resource, sys
from django.core.management import execute_from_command_line
execute_from_command_line(["manage.py", *sys.argv[1:]])
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, file=sys.stderr)
"""


def main() -> None:
    options = arguments(small=20_000, large=100_000)
    bare = peak_of_import(1)
    small, large = (peak_of_import(count) for count in (options.small, options.large))
    print("memory of an import, MB (peak of the process)")
    print(f"  bare: one document      {bare:6.1f}")
    print(f"  {options.small:7} documents       {small:6.1f}  + {small - bare:.1f}")
    print(f"  {options.large:7} documents       {large:6.1f}  + {large - bare:.1f}    (goal ≤ 40)")
    print(f"  growth                  {large - small:6.1f}    (goal ≤ 15)")


def peak_of_import(count: int) -> float:
    """MB at the peak of an import of this many documents."""
    with tempfile.TemporaryDirectory() as folder:
        export, clients = f"{folder}/export.zip", f"{folder}/clients.csv"
        office = {"MANAGER_PASSWORD": "een-lange-zin-voor-de-bench"}
        manage(folder, "migrate", "--verbosity=0")
        manage(folder, "create_office", "bench", "--name=Bench", "--manager=bench@kantoor.example", **office)
        manage(folder, "sba_export", export, f"--count={count}", f"--clients-to={clients}")
        manage(folder, "import_clients", clients, "--office=bench")
        user = ("--office=bench", "--user=bench@kantoor.example", "--status=te-beoordelen")
        return manage(folder, "import_sba", export, *user) / 1024


def manage(folder: str, *command: str, **environment: str) -> int:
    """Run a command of manage.py; its peak in kB."""
    env = {**os.environ, "DATA_DIR": folder, **environment}
    done = subprocess.run(
        [sys.executable, "-c", PEAK, *command],
        env=env, cwd=Path(__file__).parents[2], check=True, capture_output=True, text=True,
    )  # fmt: skip
    return int(done.stderr.split()[-1])


if __name__ == "__main__":
    main()
