"""Another package depends on the client library by its version, as packages do: it builds without unsafe flags, of what
is in the repository and of the Debian packages that the README names, and its program works with a cluster."""

import re
import shutil
import subprocess
from pathlib import Path

from Harness.cluster import ROOT, Cluster

HERE = Path(__file__).resolve().parent
WORK = ROOT / ".build/package-check"


def run(*command, cwd, seconds=600):
    ended = subprocess.run(
        command, cwd=cwd, capture_output=True, text=True, timeout=seconds, check=False, stdin=subprocess.DEVNULL
    )
    assert ended.returncode == 0, f"{' '.join(map(str, command))}:\n{ended.stdout[-3000:]}{ended.stderr[-3000:]}"
    return ended.stdout


def release():
    """The sources as they are, as version 1.0.0 of a repository of its own, which a package may name by its URL."""
    repository = WORK / "newswire"
    shutil.rmtree(repository, ignore_errors=True)
    repository.mkdir(parents=True)
    names = run("git", "ls-files", "--cached", "--others", "--exclude-standard", cwd=ROOT).splitlines()
    for name in names:
        if (ROOT / name).is_file():
            (repository / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, repository / name)
    git = ["git", "-c", "user.name=test", "-c", "user.email=test@localhost", "-c", "commit.gpgsign=false"]
    run(*git, "init", "--quiet", cwd=repository)
    run(*git, "add", "--all", cwd=repository)
    run(*git, "commit", "--quiet", "--no-verify", "-m", "1.0.0", cwd=repository)
    run(*git, "tag", "1.0.0", cwd=repository)
    return repository


def test_a_package_that_depends_on_the_client_builds_and_runs(tmp_path):
    package = WORK / "greetings"
    # What was built stays for the next time; which version it is of does not.
    (package / "Package.resolved").unlink(missing_ok=True)
    shutil.copytree(HERE / "Greetings", package, dirs_exist_ok=True)
    manifest = package / "Package.swift"
    manifest.write_text(manifest.read_text().replace("NEWSWIRE_URL", f"file://{release()}"))
    swift = ["swift", "build", "--disable-index-store", "--cache-path", WORK / "cache"]
    run("swift", "package", "--cache-path", WORK / "cache", "update", cwd=package)
    said = run(*swift, "--product", "greetings", cwd=package, seconds=900)
    assert "warning:" not in said, said
    program = Path(run(*swift, "--show-bin-path", cwd=package).strip()) / "greetings"
    with Cluster(tmp_path / "cluster") as cluster:
        ended = subprocess.run(
            [program, "greetings"], env=cluster.settings, capture_output=True, text=True, timeout=60, check=False
        )
    assert ended.returncode == 0, ended.stderr
    # Order holds within a partition only.
    assert sorted(ended.stdout.splitlines()) == sorted(f"{n} hello {n}" for n in range(1, 11))


def test_the_readme_names_the_debian_packages_that_the_client_needs():
    """Those of the system libraries that the client's targets stand on, and no others."""
    manifest = (ROOT / "Package.swift").read_text()
    debian = dict(re.findall(r'library\("(\w+)", pkgConfig: "[\w-]+", apt: "([\w.+-]+)"', manifest))
    targets = dict(re.findall(r'target\(\s*(?:name: )?"(\w+)",.*?\[(.*?)\]', manifest, re.DOTALL))
    targets["NewswireClient"] = re.search(r'name: "NewswireClient",\s*dependencies: \[(.*?)\]', manifest, re.DOTALL)[1]
    targets["CShims"] = '"COpenSSL"'
    targets["CMessages"] = '"CProtobufC"'
    needed, found = ["NewswireClient"], set()
    while needed:
        name = needed.pop()
        if name in found:
            continue
        found.add(name)
        needed += re.findall(r'"(\w+)"', targets.get(name, ""))
    wanted = {debian[name] for name in found if name in debian}
    for page in ("README.md", "Sources/Client/NewswireClient.docc/NewswireClient.md"):
        line = re.search(r"apt-get install (.*libuv1-dev.*)", (ROOT / page).read_text())
        assert line, page
        assert set(line[1].split()) - {"pkg-config"} == wanted, page
