"""The command line.

Exit: 0 CONSISTENT or done, 1 INCONSISTENT or refused, 2 could not run or not authentic, 3 UNDETERMINED.
"""

import argparse
import json
import sys
from functools import partial
from pathlib import Path

from passgate_client import claims, client, probe, replies
from passgate_client import profile as profiles
from passgate_client.errors import PassgateError, ProfileError
from passgate_client.messages import STATUS_NAMES, enum_name, reason_name
from passgate_client.replies import Reply
from passgate_client.signing import CheckedKey

_EXIT = {"CONSISTENT": 0, "INCONSISTENT": 1, "UNDETERMINED": 3}
_IN_FLIGHT = 256
_VERIFY_WITH = "must find the platform's signatures good too: {key} {signature} are files, the statement is its input"


def main(arguments: list[str] | None = None) -> int:
    options = _parser().parse_args(arguments)
    try:
        return options.run(options, profiles.load(options.profile))
    except PassgateError as error:
        print(json.dumps({"error": type(error).__name__, "detail": str(error), "replyVerified": False}))
        return 2


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="passgate_client", description="Client of an identity-check platform.")
    commands = parser.add_subparsers(required=True)

    verify = _command(commands, "verify", _verify, "check one claim")
    verify.add_argument("--claim", default="-", metavar="FILE", help="a JSON object; - is standard input")
    verify.add_argument("--verify-with", metavar="CMD", help=_VERIFY_WITH)
    batch = _command(commands, "batch", _batch, "check up to 256 claims")
    batch.add_argument("--claims", default="-", metavar="FILE", help="a JSON object a line; - is standard input")
    batch.add_argument("--verify-with", metavar="CMD", help=_VERIFY_WITH)
    batch.add_argument("--each", action="store_true", help="one request for each claim, signed as one tree")
    portrait = _command(commands, "portrait", _portrait, "check that a person is the holder of a document")
    portrait.add_argument("--claim", default="-", metavar="FILE", help="a JSON object; - is standard input")
    portrait.add_argument("--verify-with", metavar="CMD", help=_VERIFY_WITH)
    portrait.add_argument("--image", required=True, metavar="FILE", help="the live picture, JPEG or JPEG 2000")
    portrait.add_argument("--reading", default="", metavar="HEX", help="the reading of a chip to compare with")
    portrait.add_argument("--frames", nargs="+", default=[], metavar="FILE", help="3 to 5, of a turn of the head")
    _command(commands, "health", _health, "ask whether the platform serves", signs=False)
    cases = _command(commands, "probe", _probe, "send requests that are wrong on purpose")
    cases.add_argument("--case", default="all", choices=["all", *probe.CASES], metavar="NAME", help="a case, or all")
    return parser


def _command(commands, name: str, run, description: str, signs: bool = True) -> argparse.ArgumentParser:
    command = commands.add_parser(name, help=description, description=description)
    command.set_defaults(run=run)
    command.add_argument("--profile", type=Path, required=True, metavar="FILE")
    if signs:
        command.add_argument("--sign-with", metavar="CMD", help="signs standard input to standard output")
    return command


def _platform(options, profile) -> client.Platform:
    if not options.verify_with:
        return client.Platform(profile.platform())
    return client.Platform(profile.platform(), partial(CheckedKey, command=options.verify_with))


def _verify(options, profile) -> int:
    claim, scene = claims.read(_text(options.claim))
    with profile.signer(options.sign_with) as signer, _platform(options, profile) as platform:
        [reply] = client.verify_each(platform, signer, profile, scene or profile.scene, [claim])
    print(json.dumps(_identity(reply)))
    return _exit_code(reply)


def _batch(options, profile) -> int:
    found, scene = claims.read_lines(_text(options.claims))
    if len(found) > _IN_FLIGHT:
        raise ProfileError(f"a batch has at most {_IN_FLIGHT} claims")
    with profile.signer(options.sign_with) as signer, _platform(options, profile) as platform:
        run = client.verify_each if options.each else client.verify_batch
        answers = run(platform, signer, profile, scene or profile.scene, found)
    if options.each:
        for reply in answers:
            print(json.dumps(_identity(reply)))
        return int(not all(reply.accepted for reply in answers))
    verdicts = [_verdict(result) for result in answers.body.results] if answers.accepted else []
    print(json.dumps({**describe(answers), "results": verdicts}))
    return int(not answers.accepted)


def _portrait(options, profile) -> int:
    """With frames there are two lines: the turn to ask for, and, once a line or the end of input was read, the answer."""
    claim, scene = claims.read(_text(options.claim))
    more = {"reading_id": _identifier(options.reading)}
    with profile.signer(options.sign_with) as signer, _platform(options, profile) as platform:
        tenant = (platform, signer, profile, scene or profile.scene)
        # A connection that shows no certificate takes pictures only after a request (section 2).
        if options.frames or not profile.has_certificate:
            capture = client.start_capture(*tenant)
            if options.frames or not capture.accepted:
                print(json.dumps(_capture(capture)), flush=True)
            if not capture.accepted:
                return 1
            more["capture_id"] = capture.body.capture_id
        if options.frames:
            sys.stdin.readline()
            more["frames"] = [_picture(frame) for frame in options.frames]
        reply = client.verify_portrait(*tenant, claim, _picture(options.image), **more)
    print(json.dumps(_presence(reply)))
    return _exit_code(reply)


def _health(_, profile) -> int:
    with client.Platform(profile.anonymous()) as platform:
        reply = client.health(platform, profile)
    described = describe(reply)
    if reply.accepted:
        described["health"] = enum_name("HealthCheckReply.Status", reply.body.status)
        described["software"] = reply.body.software
        described["uptimeMs"] = reply.body.uptime_ms
    print(json.dumps(described))
    return int(described.get("health") != "SERVING")


def _probe(options, profile) -> int:
    names = list(probe.CASES) if options.case == "all" else [options.case]
    expected = True
    for name in names:
        outcome = probe.run(name, profile, options.sign_with)
        expected = expected and outcome["asExpected"]
        print(json.dumps(outcome), flush=True)
    return int(not expected)


def describe(reply: Reply) -> dict:
    """What every reply says. It has been accepted, or there would be none."""
    header = reply.header
    described = {
        "status": STATUS_NAMES[header.status],
        "reason": reason_name(header.reason),
        "requestDigest": header.request_digest.hex(),
        "replyKeyId": header.key_id.hex(),
        "replyVerified": True,
        "serverTime": header.created_ms,
    }
    if not reply.accepted:
        refusal = reply.body
        described |= {"article": refusal.article, "remedy": refusal.remedy, "field": refusal.field}
        described |= {"mayRetry": replies.may_retry(header.reason), "retryAfterMs": refusal.retry_after_ms}
    return described


def _identity(reply: Reply) -> dict:
    if not reply.accepted:
        return describe(reply)
    return {**describe(reply), **_verdict(reply.body.result), "ruleSet": reply.body.rule_set}


def _capture(reply: Reply) -> dict:
    if not reply.accepted:
        return describe(reply)
    return {**describe(reply), "turn": enum_name("HeadTurn", reply.body.turn), "expires": reply.body.expires_ms}


def _presence(reply: Reply) -> dict:
    if not reply.accepted:
        return describe(reply)
    checked = enum_name("PresentationAttackCheck", reply.body.presentation_attack_check)
    return {**describe(reply), **_verdict(reply.body.result), "presentationAttackCheck": checked}


def _verdict(result) -> dict:
    return {
        "verdict": enum_name("Verdict", result.verdict),
        "undeterminedReason": enum_name("UndeterminedReason", result.undetermined_reason),
    }


def _exit_code(reply: Reply) -> int:
    return _EXIT[enum_name("Verdict", reply.body.result.verdict)] if reply.accepted else 1


def _text(name: str) -> str:
    try:
        return sys.stdin.read() if name == "-" else Path(name).read_text("utf-8")
    except (OSError, ValueError) as error:
        raise ProfileError(f"{name}: {error}") from error


def _picture(name: str) -> bytes:
    try:
        return Path(name).read_bytes()
    except OSError as error:
        raise ProfileError(f"{name}: {error}") from error


def _identifier(text: str) -> bytes:
    try:
        return bytes.fromhex(text)
    except ValueError:
        raise ProfileError("--reading takes hexadecimal digits") from None
