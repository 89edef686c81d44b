"""The errors a person may see; each has a title, a sentence and a next step.

EngineError
├── FileProblem       a file cannot be read or written
│   └── StaleFile     the file changed since the suggestion was made
├── ModelProblem      the model or an adapter is missing, broken or foreign
│   └── UnknownFormat  how a model is asked is not known
├── StoreProblem      the database cannot be opened, read or written
├── SettingsProblem   the settings file is not understood
└── UnknownTarget     a command names a suggestion or action that is not open
"""

from __future__ import annotations


class EngineError(Exception):
    """A failure that a person can understand and do something about."""

    title = "Something went wrong"

    def __init__(self, message: str, hint: str = "", title: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint
        if title is not None:
            self.title = title


class FileProblem(EngineError):
    """A file cannot be read or written."""

    title = "File problem"


class StaleFile(FileProblem):
    """The file changed since the suggestion was made."""

    title = "The file has changed"


class ModelProblem(EngineError):
    """The model or an adapter is missing, broken or foreign."""

    title = "Model problem"


class UnknownFormat(ModelProblem):
    """How a model is asked is not known."""

    title = "A foreign model"


class StoreProblem(EngineError):
    """The database cannot be opened, read or written."""

    title = "Database problem"


class SettingsProblem(EngineError):
    """The settings file is not understood."""

    title = "Settings problem"


class UnknownTarget(EngineError):
    """A command names a suggestion or action that is not open."""

    title = "Nothing to act on"
