"""The user's own ACLED login: kept in memory, never shown."""

import os
import time
from typing import TYPE_CHECKING, Any

from riskkit.errors import DownloadError
from riskkit.incidents.downloads.fetching import TIMEOUT, Passing, patiently

if TYPE_CHECKING:
    import requests

__all__ = ["AcledLogin", "find_login"]

SERVICE = "https://acleddata.com"
_KEYRING = "acleddata.com"
_CLIENT = "acled"
_EARLY = 60.0


class AcledLogin:
    """A login that asks for a token when it needs one, and for another when that has expired.

    Parameters
    ----------
    username, password : str
        Of a myACLED account.
    """

    __slots__ = ("__expires", "__password", "__refresh", "__token", "__username")

    def __init__(self, username: str, password: str) -> None:
        self.__username = username
        self.__password = password
        self.__token = ""
        self.__refresh = ""
        self.__expires = 0.0

    def __repr__(self) -> str:
        return "AcledLogin(hidden)"

    def __reduce__(self) -> Any:
        raise TypeError("an AcledLogin is not written anywhere")

    def get(
        self, session: "requests.Session", url: str, query: dict[str, str]
    ) -> "requests.Response":
        """Ask with the token; with a new one where it has expired.

        Parameters
        ----------
        session : requests.Session
            To ask with.
        url : str
            What to ask.
        query : dict of str to str
            The parameters.

        Returns
        -------
        requests.Response
            With any status. A redirection isn't followed, so that the token stays here.
        """
        if time.monotonic() > self.__expires - _EARLY:
            self._renew(session)
        answer = self._send(session, url, query)
        if answer.status_code == 401:
            self._renew(session)
            answer = self._send(session, url, query)
        return answer

    def _send(
        self, session: "requests.Session", url: str, query: dict[str, str]
    ) -> "requests.Response":
        # As an auth callable, so that a .netrc file doesn't put another login in its place.
        def sign(request: "requests.PreparedRequest") -> "requests.PreparedRequest":
            request.headers["Authorization"] = f"Bearer {self.__token}"
            return request

        return session.get(url, params=query, auth=sign, timeout=TIMEOUT, allow_redirects=False)

    def _renew(self, session: "requests.Session") -> None:
        """Get a token: by the refresh token where there is one, else by the password."""
        # Looked for here: the error of whoever fails to send such letters would hold the login.
        if any("\ud800" <= letter <= "\udfff" for letter in self.__username + self.__password):
            raise DownloadError(
                "the ACLED login holds bytes that are no UTF-8, which can't be sent: set "
                "ACLED_USERNAME and ACLED_PASSWORD in a terminal that uses UTF-8, or the keyring"
            )
        code = 0
        if self.__refresh:
            code = patiently(lambda: self._ask(session, refresh=True), "ACLED's login")
        if code != 200:
            code = patiently(lambda: self._ask(session, refresh=False), "ACLED's login")
        if code != 200:
            raise DownloadError(
                f"ACLED refused the login ({code}): check ACLED_USERNAME and ACLED_PASSWORD, and "
                "that the account has accepted the terms and may use the API"
            )

    def _ask(self, session: "requests.Session", refresh: bool) -> int:
        form = {"grant_type": "password", "client_id": _CLIENT, "username": self.__username,
                "password": self.__password}  # fmt: skip
        if refresh:
            form = {"grant_type": "refresh_token", "client_id": _CLIENT,
                    "refresh_token": self.__refresh}  # fmt: skip
        answer = session.post(
            f"{SERVICE}/oauth/token",
            data=form,
            auth=lambda request: request,
            timeout=TIMEOUT,
            allow_redirects=False,
        )
        code = answer.status_code
        if code == 429 or code >= 500:
            raise Passing(f"the service answered {code}")
        if code == 200:
            try:
                held = answer.json()
                self.__token = str(held["access_token"])
                self.__refresh = str(held.get("refresh_token") or "")
                # Only printable ASCII can be sent in a header.
                if not (f"{self.__token}{self.__refresh}".isascii() and self.__token.isprintable()):
                    return 0
                self.__expires = time.monotonic() + float(held.get("expires_in") or 3600)
            except (ValueError, KeyError, TypeError, AttributeError):
                return 0
        return code


def find_login() -> AcledLogin:
    """Find the login in the environment, else in the system's keyring.

    Returns
    -------
    AcledLogin
        Of ``ACLED_USERNAME`` (or ``ACLED_EMAIL``) and ``ACLED_PASSWORD``; else of the keyring's
        entry for ``acleddata.com``.

    Raises
    ------
    DownloadError
        If there is none; told is how to leave one.
    """
    name = os.environ.get("ACLED_USERNAME") or os.environ.get("ACLED_EMAIL")
    if name and os.environ.get("ACLED_PASSWORD"):
        return AcledLogin(name, os.environ["ACLED_PASSWORD"])
    login = _of_keyring(name)
    if login is None:
        raise DownloadError(
            "no ACLED login found; accepted: the environment variables ACLED_USERNAME and "
            "ACLED_PASSWORD, or, with riskkit[login], an entry made by "
            f"'keyring set {_KEYRING} YOUR_USERNAME' (ACLED_USERNAME then names it where the "
            "keyring can't list). An account is free: https://acleddata.com/register"
        )
    return login


def _of_keyring(name: str | None) -> AcledLogin | None:
    try:
        import keyring
    except ImportError:
        return None
    try:
        entry = keyring.get_credential(_KEYRING, name)
    except (keyring.errors.KeyringError, RuntimeError):
        return None
    if entry is None or not entry.username or not entry.password:
        return None
    return AcledLogin(entry.username, entry.password)
