"""The errors and warnings that riskkit raises: one small tree."""

__all__ = [
    "ConvergenceError",
    "DownloadError",
    "IncidentDataError",
    "InvalidValueError",
    "MissingColumnError",
    "NotEnoughIncidentsError",
    "RiskkitError",
    "RiskkitWarning",
    "UnknownSourceError",
]


class RiskkitError(Exception):
    """Any error that riskkit raises on purpose about data or a fit."""


class IncidentDataError(RiskkitError):
    """Incident data that can't be used as they are."""


class MissingColumnError(IncidentDataError):
    """A column that is needed is not there."""


class InvalidValueError(IncidentDataError):
    """A value that breaks a rule of the incident schema."""


class UnknownSourceError(IncidentDataError):
    """The source can't be told from the columns, or is not the one named."""


class DownloadError(RiskkitError):
    """A file that can't be had: the service, the login, the network, or its checksum."""


class NotEnoughIncidentsError(RiskkitError):
    """Too few incidents for the question that was asked."""


class ConvergenceError(RiskkitError):
    """A fit that did not converge: its numbers would be wrong."""


class RiskkitWarning(UserWarning):
    """Something that the user should know before using the numbers."""
