"""The calibration file: read whole or refused, with what is wrong."""

from pathlib import Path

import pytest

from bitten.calibration import read_calibration
from bitten.errors import ConfigError
from bitten.rules.venom import VenomSettings

ROW = '{"pattern": "A", "band": 70, "hit_rate": {"n": 20, "rate": 0.5, "lower": 0.3, "upper": 0.7, "mean_r": 0.1}}'


def settings(path: Path, text: str) -> VenomSettings:
    path.write_text(text, encoding="utf-8")
    return VenomSettings(calibration=str(path))


def test_none_is_named_none_is_read() -> None:
    assert read_calibration(VenomSettings()).rows == ()


def test_it_may_hold_more_than_venom_reads(tmp_path: Path) -> None:
    known = read_calibration(settings(tmp_path / "c.json", f'{{"version": 1, "market": "x", "rows": [{ROW}]}}'))
    rate = known.of("A", 70.0)
    assert rate is not None
    assert (rate.n, rate.rate) == (20, 0.5)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("nonsense", r"c\.json: no calibration: "),
        ('{"version": 1, "rows": [{"pattern": 7}]}', r"c\.json: no calibration: .*\$\.rows\[0\]\.pattern"),
        ('{"version": 2, "rows": []}', r"c\.json: a calibration of version 2: 1 is read here"),
    ],
)
def test_what_is_none_is_refused(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(ConfigError, match=said):
        read_calibration(settings(tmp_path / "c.json", text))


def test_one_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"\[venom\] calibration cannot be read: No such file"):
        read_calibration(VenomSettings(calibration=str(tmp_path / "c.json")))
