"""Settings: ``channelkit.toml``, overridden by the environment, with secrets only ever named, never written.

A secret is a reference: ``env:NAME``, ``keyring:SERVICE/NAME`` or ``file:PATH`` (a file that only its owner can
read). It is looked up when it is needed and never shown: its ``repr`` is the reference.
"""
