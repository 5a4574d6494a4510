"""A sandbox of its own for a measurement: made, used through the programs that people type, and ended.

For Tools/rotations, Tools/revocations, Tools/token-throughput and Tools/portrait-load.
"""
import hashlib
import json
import os
import pathlib
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time

REPOSITORY = pathlib.Path(__file__).resolve().parent.parent
SEED = "7"


class Failure(Exception):
    """Why a measurement cannot go on."""


def say(what):
    print(what, file=sys.stderr, flush=True)


def now_ms():
    return time.time() * 1000


def milliseconds(timestamp):
    """Of an ISO 8601 time in UTC."""
    whole, fraction = timestamp.rstrip("Z").split(".")
    return (time.mktime(time.strptime(whole, "%Y-%m-%dT%H:%M:%S")) - time.timezone) * 1000 + int(fraction)


def wait(what, condition, seconds=30):
    """Waits until the condition gives something, and returns it."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if found := condition():
            return found
        time.sleep(0.02)
    raise Failure(f"waited {seconds} s in vain: {what}")


def programs(folder):
    """The folder of the release programs, which are built unless one is given."""
    if folder:
        return pathlib.Path(folder).resolve()
    build = ["swift", "build", "--package-path", str(REPOSITORY), "-c", "release"]
    say("building")
    subprocess.run(build, check=True, stdout=sys.stderr)
    shown = subprocess.run(build + ["--show-bin-path"], check=True, capture_output=True, text=True)
    return pathlib.Path(shown.stdout.strip())


class Site:
    """A sandbox whose tenants' rate is no limit."""

    def __init__(self, bin_folder, keep=None, edit=None, options=()):
        """`edit` is called with the site after its keys are made and before its tenants are stated; `options` are of
        Tools/sandbox."""
        self.bin = bin_folder
        self.keep = keep
        self.folder = pathlib.Path(keep or tempfile.mkdtemp(prefix="passgate-"))
        self.path = self.folder / "site"
        self.loads = []
        self.folder.mkdir(parents=True, exist_ok=True)
        try:
            self.make(edit, options)
        except BaseException:
            self.end()
            raise

    def make(self, edit, options):
        command = [REPOSITORY / "Tools/sandbox", self.path, "--bin", self.bin, "--sandbox-only", *options]
        subprocess.run(command, check=True, stdout=sys.stderr)
        tenants = self.path / "tenants.json5"
        tenants.write_text(tenants.read_text().replace("mode:", "checksPerMinute: 10000000, mode:"))
        if edit:
            edit(self)
        self.passgate("operator", "operator", "provision", tenants)

    def end(self):
        for load in self.loads:
            load.kill()
        if (self.path / "stop").exists():
            subprocess.run([self.path / "stop"], check=False, stdout=sys.stderr)
        if not self.keep:
            shutil.rmtree(self.folder, ignore_errors=True)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.end()

    # --- programs ---

    def run(self, program, *arguments, check=True):
        """Runs a program in the sandbox's folder; its standard output."""
        command = [str(part) for part in (self.bin / program, *arguments)]
        done = subprocess.run(command, cwd=self.path, capture_output=True, text=True, timeout=120)
        if check and done.returncode:
            raise Failure(f"{' '.join(command)}: status {done.returncode}\n{done.stdout}{done.stderr}")
        return done if not check else done.stdout

    def passgate(self, profile, *arguments, check=True):
        return self.run("passgate", *arguments, "--profile", self.profile(profile), check=check)

    def answer(self, profile, *arguments):
        """A command of passgate with --json."""
        return json.loads(self.passgate(profile, *arguments, "--json").strip().splitlines()[-1])

    def pki(self, *arguments):
        return self.run("passgate-pki", *arguments)

    def profile(self, name):
        return self.path / "profiles" / f"{name}.json5"

    def lab(self, command, profiles, *options):
        named = [part for name in profiles for part in ("--profile", self.profile(name))]
        return [str(part) for part in (self.bin / "passgate-lab", command, *named, "--seed", SEED, *options)]

    # --- processes ---

    def pid(self, program):
        for line in (self.path / "pids").read_text().splitlines():
            pid, name = line.split()
            if name == program:
                return int(pid)
        raise Failure(f"{program} does not run")

    def events(self, program, name):
        return [line for line in self.log(program) if f'"event":"{name}"' in line]

    def log(self, program):
        return (self.path / f"{program}.log").read_text().splitlines()

    def reload(self, program):
        """Sends SIGHUP and waits until it is heeded."""
        before = len(self.events(program, "reloaded"))
        os.kill(self.pid(program), signal.SIGHUP)

        def heeded():
            refusals = self.events(program, "reload_refused")
            if refusals:
                raise Failure(f"{program}: {refusals[-1]}")
            return len(self.events(program, "reloaded")) > before

        wait(f"{program} reloads", heeded)

    def restart(self):
        subprocess.run([self.path / "start"], check=True, stdout=sys.stderr)

    # --- contents ---

    def fill(self, records):
        """Puts invented records into the registry, which passgate-lab knows the claims for."""
        file = self.folder / "records.csv"
        self.run("passgate-lab", "generate", "--count", records, "--seed", SEED, "--out", file)
        self.passgate("operator", "registry", "import", file)

    def peak(self, profiles, connections, depth, seconds, records, *options):
        """Calls a second of a closed loop."""
        command = self.lab(
            "bench", profiles, "--connections", connections, "--depth", depth, "--seconds", seconds,
            "--records", records, "--json", *options)
        done = subprocess.run(command, check=False, capture_output=True, text=True)
        if done.returncode:
            raise Failure(f"the bench: status {done.returncode}\n{done.stdout}{done.stderr}")
        return json.loads(done.stdout)

    def load(self, name, profiles, *options):
        load = Load(self, name, profiles, options)
        self.loads.append(load)
        return load


class Load:
    """A `passgate-lab load` that runs until it is stopped."""

    def __init__(self, site, name, profiles, options):
        self.file = site.folder / f"{name}.load.json"
        self.stop_file = site.folder / f"{name}.stop"
        self.errors = site.folder / f"{name}.load.log"
        command = site.lab("load", profiles, *options, "--report", self.file, "--until", self.stop_file, "--json")
        with open(self.errors, "w") as errors:
            self.process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=errors)
        self.await_("the load begins", lambda report: report["answered"] > 0)

    def report(self):
        if self.file.exists():
            return json.loads(self.file.read_text())
        return None

    def await_(self, what, condition, seconds=30):
        """Waits until the report fulfils the condition."""

        def fulfilled():
            if self.process.poll() is not None:
                raise Failure(f"the load has ended: {self.errors.read_text()}")
            report = self.report()
            return report if report and condition(report) else None

        return wait(what, fulfilled, seconds)

    def finish(self):
        """Ends the load; its last report."""
        self.stop_file.touch()
        self.process.wait(timeout=60)
        report = self.report()
        if not report or not report["over"]:
            raise Failure(f"the load left no report: {self.errors.read_text()}")
        return report

    def kill(self):
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()


# --- files and figures ---

def key_set(path):
    return json.loads(path.read_text())["keys"]


def used(report, kind, key_id):
    """How a key is used, by a load's report; kind is "requestKeys" or "replyKeys"."""
    return next((key for key in report[kind] if key["keyId"] == key_id), None)


def machine():
    """What figures are worth nothing without."""
    model = re.search(r"^model name.*: (.*)$", pathlib.Path("/proc/cpuinfo").read_text(), re.MULTILINE)
    load = " ".join(pathlib.Path("/proc/loadavg").read_text().split()[:3])
    return {
        "time": time.strftime("%Y-%m-%dT%H:%MZ", time.gmtime()),
        "processor": model.group(1) if model else "unknown",
        "processors": os.cpu_count(),
        "loadAverage": load,
    }


def sha256(data):
    return hashlib.sha256(data).hexdigest()
