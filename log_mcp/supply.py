"""What a configuration says to read: files that are there, and programs that write some."""

from typing import Final

from log_mcp.config import Config
from log_mcp.config_file import SourceConfig
from log_mcp.ingest.border import STRANGE
from log_mcp.ingest.catalog import Catalog, Wanted
from log_mcp.ingest.command import Commands, Unstarted
from log_mcp.ingest.discover import border_of, project_logs
from log_mcp.ingest.reading import Settings
from log_mcp.redact import Redactor
from log_mcp.thinning import thinning

UNSTARTED: Final = f"is not started{STRANGE}"


class Supply:
    """The sources of a configuration.

    Args:
        config: The settings.
        redactor: For what is read.
        commands: Whether to start the programs whose output is a source.

    Attributes:
        catalog: Of all sources.

    Raises:
        ConfigError: What a source leaves out cannot be understood.
        SourceError: The output of a program cannot be kept.
    """

    def __init__(self, config: Config, redactor: Redactor, *, commands: bool) -> None:
        self._config = config
        self._redactor = redactor
        self._commands = Commands(config.project_root) if commands else None
        wanted = [self._wanted(one) for one in config.sources]
        discover = (lambda: ()) if wanted else lambda: project_logs(config.project_root)
        border = border_of(config.project_root, named=bool(wanted))
        settings = Settings(config.timezone, redactor, border=border)
        self.catalog = Catalog(wanted, discover, settings)

    def _wanted(self, source: SourceConfig) -> Wanted:
        config = self._config
        zone = source.timezone or config.timezone
        settings = Settings(
            zone,
            self._redactor,
            source.format,
            source.service,
            thinning(source),
            border_of(config.project_root, source.within, named=True),
        )
        if not source.command:
            return Wanted(source.paths, settings, source.name)
        if self._commands is None or not config.trusted:
            why = "is started by serve alone" if self._commands is None else UNSTARTED
            return Wanted((), settings, source.name, writer=Unstarted(why))
        command = self._commands.add(source.name or "", source.command)
        return Wanted((str(command.path),), settings, source.name, writer=command)

    def start(self) -> None:
        """Start the programs."""
        if self._commands is not None:
            self._commands.start()

    def close(self) -> None:
        """End the programs."""
        if self._commands is not None:
            self._commands.close()
