"""What can go wrong, by whose fault it is."""


class PassgateError(Exception):
    """Anything that keeps a call from an authentic answer."""


class ProfileError(PassgateError):
    """The profile, a file it names or the claim cannot be used."""


class ProtocolError(PassgateError):
    """The peer broke the wire specification."""


class NotAuthentic(PassgateError):
    """A certificate, signature or reply that does not verify."""


class ConnectionLost(PassgateError):
    """The connection ended before the answer came; `reason` is the GoAway's, if there was one."""

    def __init__(self, message: str, reason: str = ""):
        super().__init__(message)
        self.reason = reason


class SignerRefused(PassgateError):
    """The signing server refused a call."""
