"""Print the oldest releases that pyproject.toml allows, as constraints for pip."""

import re
import tomllib
from pathlib import Path

project = tomllib.loads(Path("pyproject.toml").read_text())["project"]
for requirement in sum(
    project["optional-dependencies"].values(), project["dependencies"]
):
    print(re.sub(r"^([\w-]+)>=([^,]+).*", r"\1==\2", requirement))
