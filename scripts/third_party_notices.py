#!/usr/bin/env python3
"""Writes THIRD_PARTY_NOTICES: every library that a package of Hearth contains, with version, licence, where its source is, and the full texts.

    third_party_notices.py archive --build DIR --manifest FILE --out FILE   the portable archive: what was copied, and what was compiled in
    third_party_notices.py deb     --build DIR --out FILE                   the Debian package: what was compiled in (shared libraries are
                                                                            dependencies there)
    third_party_notices.py vcpkg   --installed DIR --files DIR --out FILE [--other NAME;VERSION;LICENCE;URL;TEXT_FILE;PATTERN,...]...
                                                                            the Windows installer: the .dll files of a folder, by the lists of
                                                                            vcpkg; --other names what does not come from vcpkg (Qt)

What is compiled in is read from the build: every header that an object of the two programs includes, and every static library that they link.
It fails when a file has no package, a package no known licence, or a licence is the GPL without an exception that lets other programs contain
it (third_party_policy.py).
The same build on the same machine gives the same text.
"""
import argparse
import fnmatch
import glob
import json
import os
import re
import subprocess
import sys
import textwrap
from dataclasses import dataclass, field

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import third_party_policy as policy  # noqa: E402

DOC = "/usr/share/doc"
COMMON = "/usr/share/common-licenses"
PROGRAMS = ("hearth", "hearth-cli")
COMPILED = "compiled into "  # begins the place of what has no file of its own


class Failure(Exception):
    pass


@dataclass
class Component:
    """One source package: what of it is in the package of Hearth, and under which terms."""
    name: str
    version: str
    url: str = ""
    source: str = ""  # where the source code of this version is
    licence: str = ""
    files: set = field(default_factory=set)  # paths in the package, or how it is compiled in
    texts: dict = field(default_factory=dict)  # copyright file -> its text


def run(*command):
    result = subprocess.run(command, capture_output=True, text=True, env={**os.environ, "LC_ALL": "C.UTF-8"}, check=False)
    if result.returncode != 0:
        raise Failure(f"{' '.join(command[:4])}: {result.stderr.strip()}")
    return result.stdout


# ---- licences --------------------------------------------------------------------------------------------------------------------------


def stanzas(text):
    """[(patterns, licence)] of the `Files:` paragraphs of a machine-readable copyright file; [] for free text."""
    if not re.match(r"\s*Format:.*copyright-format|\s*Format-Specification:", text[:400], re.I):
        return []
    found = []
    for paragraph in re.split(r"\n[ \t]*\n", text):
        files = re.search(r"^Files:[ \t]*(.*(?:\n[ \t].*)*)", paragraph, re.M)
        licence = re.search(r"^License:[ \t]*(.*)", paragraph, re.M)
        if files and licence:
            found.append((files[1].replace(",", " ").split(), licence[1].strip()))
    return found


def acceptable(licence):
    """Whether one of the alternatives of a licence line is accepted in all of its parts."""
    def part(name):
        name = name.strip().lower().strip("()")
        exception = re.search(r"^a?gpl.* with (.*) exception", name)
        return exception[1].startswith(policy.ACCEPTED_EXCEPTIONS) if exception else name.startswith(policy.ACCEPTED)

    alternatives = re.split(r"\s+or\s+|\s*\|\s*", re.sub(r",?\s+and/or\s+", " or ", licence.replace("/X", "-X")))
    if "," in licence:  # "A or B, and C": the comma binds less
        return all(acceptable(piece) for piece in re.split(r",\s*(?:and\s+)?", licence) if piece.strip())
    return any(all(part(p) for p in re.split(r"\s+and\s+", alternative)) for alternative in alternatives)


def gpl_alone(licence):
    return bool(re.search(r"\bA?GPL", licence)) and not acceptable(licence)


def check_parts(name, found):
    """Parts that are under the GPL alone must be ones that are not shipped."""
    shipped_not = policy.NEVER_SHIPPED + policy.NOT_SHIPPED.get(name, ((), ""))[0]
    for patterns, licence in found:
        if not gpl_alone(licence) or patterns == ["*"]:
            continue
        left = [p for p in patterns if not any(fnmatch.fnmatchcase(p, known) for known in shipped_not)]
        if left:
            raise Failure(f"{name}: {' '.join(left[:5])} is under {licence} alone. If it is not shipped, say so in NOT_SHIPPED of third_party_policy.py.")


def licence_of(name, text):
    """The licence of what is shipped of source package `name`; Failure when it is unknown or not accepted."""
    if not text.strip():
        raise Failure(f"{name}: its copyright file is empty.")
    if name in policy.LICENCES:
        licence, words, _ = policy.LICENCES[name]
        if not re.search(words, text):
            raise Failure(f"{name}: its copyright file no longer says what third_party_policy.py relies on ({words}). Read it and update the policy.")
        return licence
    found = stanzas(text)
    default = next((licence for patterns, licence in found if "*" in patterns), None)
    if not default:
        raise Failure(f"{name}: its copyright file names no licence for the whole. Read it and add the package to LICENCES of third_party_policy.py.")
    if gpl_alone(default):
        raise Failure(f"{name} is under {default} without an exception: Hearth cannot contain it.")
    if not acceptable(default):
        raise Failure(f"{name}: the licence \"{default}\" is not known to third_party_policy.py.")
    check_parts(name, found)
    return default


# ---- Debian packages -------------------------------------------------------------------------------------------------------------------


def owners(paths):
    """{path: binary package} by dpkg; a library may be registered with or without /usr. Failure for files of no package."""
    forms = {}
    for path in paths:
        for form in {path, path[4:] if path.startswith("/usr/lib") else path, "/usr" + path if path.startswith("/lib") else path}:
            forms[form] = path
    found = {}
    names = sorted(forms)
    for start in range(0, len(names), 500):
        result = subprocess.run(["dpkg-query", "-S", *names[start:start + 500]], capture_output=True, text=True, check=False)
        for line in result.stdout.splitlines():
            packages, _, path = line.partition(": ")
            if path in forms and not line.startswith("diversion by"):
                found[forms[path]] = packages.split(",")[0].strip()
    missing = sorted(set(paths) - set(found))
    if missing:
        raise Failure("these files belong to no installed package, so their licence is not known: " + ", ".join(missing[:8]))
    return found


def where_source_is(name, version):
    try:
        with open("/etc/os-release", encoding="utf-8") as file:
            system = re.search(r"^ID=\"?(\w+)", file.read(), re.M)[1]
    except (OSError, TypeError):
        system = ""
    if system == "ubuntu":
        return f"https://launchpad.net/ubuntu/+source/{name}/{version}"
    return f"https://snapshot.debian.org/package/{name}/{version}/" if system == "debian" else ""


def copyright_text(package):
    path = os.path.join(DOC, package.split(":")[0], "copyright")
    try:
        with open(path, encoding="utf-8", errors="replace") as file:
            return file.read()
    except OSError as problem:
        raise Failure(f"{package}: no copyright file ({path}).") from problem


def components_of(uses):
    """Components, by name, of {file on this machine: what it is in the package}."""
    owner = owners(uses)
    shown = "${binary:Package}\t${source:Package}\t${source:Version}\t${Homepage}\n"
    facts = {}
    for line in run("dpkg-query", "-W", f"-f={shown}", *sorted(set(owner.values()))).splitlines():
        binary, source, version, home = line.split("\t")
        facts[binary] = facts[binary.split(":")[0]] = (source, version, home)
    found = {}
    for path, package in sorted(owner.items()):
        source, version, home = facts[package]
        component = found.setdefault(source, Component(source, version, home, where_source_is(source, version)))
        component.url = component.url or home
        component.files.add(uses[path])
        text = copyright_text(package)
        if text not in component.texts.values():
            component.texts[package.split(":")[0]] = text
    for name, component in found.items():
        component.licence = " ".join(dict.fromkeys(licence_of(name, text) for text in component.texts.values()))
        for pattern in policy.FORBIDDEN_FILES.get(name, ()):
            if bad := fnmatch.filter(component.files, pattern):
                raise Failure(f"{bad[0]} of {name} is under the GPL alone and must not be in the package.")
        if not component.url:
            upstream = re.search(r"^Source:\s*(\S+)|downloaded? from:?\s*<?(https?://[^\s>]+)", "\n".join(component.texts.values()), re.M)
            component.url = next((g for g in upstream.groups() if g), "") if upstream else ""
    return found


# ---- CUDA ------------------------------------------------------------------------------------------------------------------------------


def cuda_toolkit_of(path):
    """The folder of the CUDA toolkit that a file belongs to, "" if none; one that the system's packages brought is theirs."""
    folder = os.path.dirname(path)
    while folder not in ("/", "/usr", ""):
        if os.path.exists(os.path.join(folder, "bin", "nvcc")):
            return folder
        folder = os.path.dirname(folder)
    return ""


def take_cuda(uses):
    """Takes the files of a CUDA toolkit out of `uses`: {name: component} of what of it is compiled in."""
    toolkits = {path: cuda_toolkit_of(path) for path in uses}
    toolkit = next((t for t in toolkits.values() if t), "")
    if not toolkit:
        return {}
    shown = {uses.pop(path) for path, owner in toolkits.items() if owner}
    texts = glob.glob(os.path.join(glob.escape(toolkit), "EULA.txt")) + glob.glob(
        os.path.join(glob.escape(toolkit), "dist-info", "nvidia_cuda_runtime-*", "licenses", "License.txt"))
    if not texts:
        raise Failure(f"{toolkit} has no EULA.txt, so what of CUDA may be passed on is not known.")
    with open(texts[0], encoding="utf-8", errors="replace") as file:
        text = file.read()
    if not re.search(policy.CUDA[1], text):
        raise Failure(f"{texts[0]} no longer says what third_party_policy.py relies on ({policy.CUDA[1]}). Read it and update the policy.")
    version = re.search(r"release [\d.]+, V([\d.]+)", run(os.path.join(toolkit, "bin", "nvcc"), "--version"))
    component = Component("cuda-runtime", version[1] if version else "?", "https://developer.nvidia.com/cuda-toolkit", "", policy.CUDA[0], shown, {"cuda-runtime": text})
    return {component.name: component}


# ---- what is compiled in ---------------------------------------------------------------------------------------------------------------


def compiled_in(build):
    """{header or static library on this machine: "compiled into PROGRAM, ..."} of the programs, by the records of ninja."""
    included = {}
    for block in run("ninja", "-C", build, "-t", "deps").split("\n\n"):
        head, *lines = block.splitlines() or [""]
        included[head.split(":")[0]] = [line.strip() for line in lines]
    roots = tuple(os.path.realpath(p) + "/" for p in (build, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..")))
    used = {}
    for program in PROGRAMS:
        inputs = [line.strip() for line in run("ninja", "-C", build, "-t", "inputs", program).splitlines()]
        if not any(name in included for name in inputs):
            raise Failure(f"the build in {build} has no records of {program}: build it first.")
        files = {header for name in inputs for header in included.get(name, ())}
        files |= {name for name in inputs if name.endswith((".a", ".o")) and os.path.isabs(name)}
        for name in files:
            path = os.path.realpath(os.path.join(build, name))
            if not path.startswith(roots):
                used.setdefault(path, set()).add(program)
    return {path: COMPILED + " and ".join(p for p in PROGRAMS if p in programs) for path, programs in used.items()}


# ---- vcpkg -----------------------------------------------------------------------------------------------------------------------------


def vcpkg_owners(installed):
    """{lower-case name of a .dll or .lib: port} by the lists that vcpkg keeps of what it installed."""
    found = {}
    for path in glob.glob(os.path.join(glob.escape(installed), "vcpkg", "info", "*.list")):
        with open(path, encoding="utf-8", errors="replace") as file:
            for line in file:
                name = line.strip().rsplit("/", 1)[-1].lower()
                if name.endswith(".dll") and "/debug/" not in line:
                    found[name] = os.path.basename(path).split("_")[0]
    return found


def vcpkg_component(installed, port):
    folders = glob.glob(os.path.join(glob.escape(installed), "*", "share", port))
    folder = next((f for f in folders if os.path.exists(os.path.join(f, "copyright"))), None)
    if not folder:
        raise Failure(f"{port}: vcpkg left no share/{port}/copyright, so its licence is not known.")
    with open(os.path.join(folder, "copyright"), encoding="utf-8", errors="replace") as file:
        text = file.read()
    facts = {}
    if os.path.exists(spdx := os.path.join(folder, "vcpkg.spdx.json")):
        with open(spdx, encoding="utf-8") as file:
            facts = next((p for p in json.load(file).get("packages", ()) if p.get("name") == port), {})
    component = Component(port, str(facts.get("versionInfo", "?")), texts={port: text})
    component.url = str(facts.get("homepage") or "") or str(facts.get("downloadLocation") or "")
    component.source = f"https://github.com/microsoft/vcpkg/tree/master/ports/{port}"
    declared = [str(facts.get(key) or "") for key in ("licenseConcluded", "licenseDeclared")]
    component.licence = next((d for d in declared if d and d != "NOASSERTION"), "")
    if not component.licence:
        component.licence = licence_of(port, text)
    expression = re.sub(r"\bOR\b", "or", re.sub(r"\bAND\b", "and", re.sub(r"(\S+) WITH (\S+)", r"\1 with \2 exception", component.licence)))
    if not acceptable(expression):
        raise Failure(f"{port} is under {component.licence}: Hearth cannot contain it, or third_party_policy.py does not know it.")
    return component


def from_vcpkg(installed, folder, others):
    ports = vcpkg_owners(installed)
    found = {}
    named = []
    for other in others:
        fields = other.split(";")
        if len(fields) != 6:
            raise Failure(f"--other needs six fields, NAME;VERSION;LICENCE;URL;TEXT_FILE;PATTERN,...: {other}")
        name, version, licence, url, text_file, patterns = fields
        if not acceptable(licence):
            raise Failure(f"{name} is under {licence}: Hearth cannot contain it, or third_party_policy.py does not know it.")
        with open(text_file, encoding="utf-8", errors="replace") as file:
            named.append((Component(name, version, url, url, licence, texts={name: file.read()}), patterns.lower().split(",")))
    for base, _, names in os.walk(folder):
        for name in names:
            if not name.lower().endswith(".dll"):
                continue
            shown = os.path.relpath(os.path.join(base, name), folder).replace(os.sep, "/")
            other = next((c for c, patterns in named if any(fnmatch.fnmatchcase(shown.lower(), p) for p in patterns)), None)
            port = ports.get(name.lower())
            if other is None and port is None:
                raise Failure(f"{shown} is neither of vcpkg nor named by --other, so its licence is not known.")
            if other is None and port not in found:
                found[port] = vcpkg_component(installed, port)
            component = found[port] if other is None else found.setdefault(other.name, other)
            component.files.add(shown)
    # Ports without a .dll are headers or static libraries.
    for path in glob.glob(os.path.join(glob.escape(installed), "*", "share", "*", "copyright")):
        port = os.path.basename(os.path.dirname(path))
        if port not in found and not port.startswith("vcpkg-"):
            found[port] = vcpkg_component(installed, port)
            found[port].files.add(COMPILED + " and ".join(PROGRAMS))
    return found


# ---- the text --------------------------------------------------------------------------------------------------------------------------

WIDTH = 130
LGPL = """\
Libraries under the GNU Lesser General Public License (LGPL)

You may use, study, change and pass on these libraries, and you may replace them by changed versions of your own:
{names}

Qt and the others are linked dynamically: they are the files named above, and Hearth loads whatever is there under the same name. To use a version of
your own, build it from the source code with the same interface (for Qt: the same version {qt}, shared libraries) and put its files in the place of
the ones here; nothing checks for the originals. Hearth's own licence does not forbid changing it for that purpose, or taking it apart to find
errors in such changes.{copied}
The source code is where the table of sources below says; the texts of the LGPL and of the GPL, which it refers to, are in this file.
"""
COPIED = """
The files here are those of the distribution that Hearth was built on, unchanged but for the path by which they find each other
(DT_RUNPATH, set with patchelf) and, in Qt's plugin for TLS, the names of the libraries of OpenSSL (DT_NEEDED).
Those in lib/fallback are used where the system has none of its own."""


def table(components):
    rows = []
    for component in components:
        licence = textwrap.wrap(component.licence, 30) or ["?"]
        files = sorted(component.files)
        for i in range(max(len(licence), len(files))):
            first = (component.name, component.version) if i == 0 else ("", "")
            rows.append((*first, licence[i] if i < len(licence) else "", files[i] if i < len(files) else ""))
    head = ("Library", "Version", "Licence", "Where")
    widths = [max(len(r[i]) for r in [head, *rows]) for i in range(3)]
    line = "  ".join("{:<%d}" % w for w in widths) + "  {}"
    return [line.format(*head).rstrip(), line.format(*("-" * w for w in widths), "-" * 20), *(line.format(*r).rstrip() for r in rows)]


def common_licences(components):
    """Full texts that the copyright files refer to instead of holding them."""
    names = set()
    for component in components:
        for text in component.texts.values():
            names.update(n.rstrip(".") for n in re.findall(re.escape(COMMON) + r"/([\w.+-]+)", text))
    found = {}
    for name in sorted(names):
        path = os.path.join(COMMON, name)
        if os.path.isfile(path):
            found[os.path.basename(os.path.realpath(path))] = path
    return found


def readable_places(files):
    """One line for the programs that contain it, and one for each folder with many small files."""
    programs = {p for path in files if path.startswith(COMPILED) for p in path.removeprefix(COMPILED).split(" and ")}
    folders = {}
    for path in (p for p in files if not p.startswith(COMPILED)):
        folders.setdefault(path.rsplit("/", 1)[0] if "/" in path else "", []).append(path)
    shown = {COMPILED + " and ".join(sorted(programs))} if programs else set()
    for folder, paths in folders.items():
        quiet = [p for p in paths if p.endswith((".qml", "/qmldir", ".js", ".qm"))]
        shown.update(p for p in paths if p not in quiet)
        if quiet:
            shown.add(f"{folder}/ ({len(quiet)} files)" if len(quiet) > 1 else quiet[0])
    return shown


def render(found, copied):
    components = [found[name] for name in sorted(found, key=str.lower)]
    for component in components:
        component.files = readable_places(component.files)
    out = ["Software of others in this package of Hearth", "=" * 44, "", *table(components), ""]
    # What is only compiled in are inline functions and templates of headers, which the licence does not ask to be replaceable.
    lgpl = [c for c in components if "LGPL" in c.licence and any(not f.startswith(COMPILED) for f in c.files)]
    if lgpl:
        qt = next((c.version for c in lgpl if c.name.startswith("qt6-base") or c.name.lower().startswith("qt")), "").split("+")[0]
        names = textwrap.fill(", ".join(c.name for c in lgpl), WIDTH, initial_indent="  ", subsequent_indent="  ")
        out += [LGPL.format(names=names, qt=qt, copied=copied), ""]
    out += ["Where the source code is", "-" * 24, ""]
    for component in components:
        out.append(f"{component.name} {component.version}: " + " , ".join(u for u in (component.url, component.source) if u))
    out.append("")
    for component in components:
        for package, text in sorted(component.texts.items()):
            title = component.name if len(component.texts) == 1 else f"{component.name} ({package})"
            out += ["=" * WIDTH, f"{title} {component.version}", "=" * WIDTH, "", text.strip(), ""]
    for name, path in common_licences(components).items():
        with open(path, encoding="utf-8", errors="replace") as file:
            out += ["=" * WIDTH, name, "=" * WIDTH, "", file.read().strip("\n"), ""]
    return "\n".join(out)


def arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    modes = parser.add_subparsers(dest="mode", required=True)
    for mode in ("archive", "deb", "vcpkg"):
        sub = modes.add_parser(mode)
        sub.add_argument("--out", required=True)
        if mode == "vcpkg":
            sub.add_argument("--installed", required=True)
            sub.add_argument("--files", required=True)
            sub.add_argument("--other", action="append", default=[])
            continue
        sub.add_argument("--build", required=True)
        if mode == "archive":
            sub.add_argument("--manifest", required=True)
    return parser.parse_args()


def main():
    options = arguments()
    try:
        if options.mode == "vcpkg":
            found, copied = from_vcpkg(options.installed, options.files, options.other), ""
        else:
            uses, copied = compiled_in(options.build), ""
            if options.mode == "archive":
                with open(options.manifest, encoding="utf-8") as file:
                    uses.update({source: target for target, source in json.load(file)["files"].items()})
                copied = COPIED
            cuda = take_cuda(uses)
            found = cuda | components_of(uses)
        text = render(found, copied)
        with open(options.out, "w", encoding="utf-8") as file:
            file.write(text)
    except (Failure, OSError) as problem:
        sys.exit(f"third_party_notices.py: {problem}")
    print(f"{options.out}: {len(found)} libraries of others")


if __name__ == "__main__":
    main()
