"""The command line: typer, progress and tables. No work is done here; see ``release.operations``."""
