"""The settings of alerts: the template shows each of them, and what holds without it."""

from __future__ import annotations

import re
from pathlib import Path

import msgspec
import pytest

from channelkit.errors import SettingsError
from channelkit.settings.alert_section import AlertSettings, EmailSettings
from channelkit.settings.reader import FILE, read_settings
from channelkit.settings.template import TEMPLATE


def _read(folder: Path, old: str = "", new: str = "") -> AlertSettings:
    assert old in TEMPLATE
    (folder / FILE).write_text(TEMPLATE.replace(old, new) if old else TEMPLATE, encoding="utf-8")
    return read_settings(folder / FILE, {}).alerts


def test_the_template_shows_every_setting_of_alerts_with_what_holds_without_it(tmp_path: Path) -> None:
    found, table = _read(tmp_path), TEMPLATE.partition("\n[alerts]")[2]
    for kind, section in ((AlertSettings, found), (EmailSettings, found.email)):
        for field in msgspec.structs.fields(kind):
            if field.name == "email":
                assert "\n[alerts.email]" in table
            elif field.name in ("webhook", "password"):
                assert f"\n# {field.name} = " in table
            else:
                assert re.search(rf"\n{field.name} = ", table), field.name
                assert getattr(section, field.name) == field.default


@pytest.mark.parametrize(
    ("old", "new", "complaint"),
    [
        ('security = "starttls"', 'security = "ssl"', r"'alerts\.email\.security'.*starttls, tls, none"),
        ("again_hours = 24", "again_hours = 0", r"'alerts\.again_hours'.*>= 1"),
        ("cycles = 3", "cylces = 3", r"'alerts\.cylces'.*Did you mean 'cycles'"),
        ('# webhook = "file:webhook"', 'webhook = "https://hooks.example/T0KEN"', r"'alerts\.webhook'.*name a secret"),
        ("port = 587", "port = 70000", r"'alerts\.email\.port'"),
    ],
    ids=["security", "pause", "misspelt", "address", "port"],
)
def test_a_setting_that_cannot_be_is_refused_with_what_to_write(
    tmp_path: Path, old: str, new: str, complaint: str
) -> None:
    with pytest.raises(SettingsError, match=complaint) as caught:
        _read(tmp_path, old, new)
    assert "T0KEN" not in str(caught.value)


def test_a_command_is_a_list_so_that_no_shell_reads_it(tmp_path: Path) -> None:
    assert _read(tmp_path, "command = []", 'command = ["page", "--to", "ada & co"]').command[2] == "ada & co"
    with pytest.raises(SettingsError, match=r"'alerts\.command'"):
        _read(tmp_path, "command = []", 'command = "page --to ada"')
