"""The site: every page and every link of it, as it is built."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent
pytestmark = pytest.mark.slow


def build(repository: Path, target: Path) -> subprocess.CompletedProcess[str]:
    command = ["bash", str(repository / ".ci/site"), str(target)]
    environment = {**os.environ, "PYTHON": sys.executable}
    return subprocess.run(
        command, capture_output=True, text=True, check=False, env=environment
    )


def test_every_link_of_the_site_leads_somewhere(tmp_path):
    done = build(ROOT, tmp_path / "site")
    assert done.returncode == 0, done.stdout + done.stderr
    home = (tmp_path / "site/index.html").read_text("utf-8")
    assert 'src="docs/figures/googlenet.svg"' in home
    assert (tmp_path / "site/docs/figures/googlenet.svg").is_file()
    assert (tmp_path / "site/docs/language/index.html").is_file()


def test_a_link_that_leads_nowhere_ends_the_build(tmp_path):
    copy = tmp_path / "copy"
    subprocess.run(["git", "clone", "-q", str(ROOT), str(copy)], check=True)
    for name in (".ci/site", ".ci/site.css", ".ci/site.yml"):
        shutil.copy(ROOT / name, copy / name)
    page = copy / "docs/pages.md"
    for link in ("nowhere.md", "language/ops.md#nothing"):
        before = page.read_text("utf-8")
        page.write_text(f"{before}\n[a link]({link})\n", "utf-8")
        done = build(copy, tmp_path / "site")
        assert done.returncode != 0
        assert link.partition("#")[2] or link in done.stdout + done.stderr
        page.write_text(before, "utf-8")
