"""The pages agree with the code: their links lead somewhere, their examples run, their tables say what there is."""

import ast
import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import attrs
import pytest
import typer
from typer.core import TyperGroup

from bitten import cli, config
from bitten.errors import ExitCode
from bitten.keys import KeyPair
from bitten.messages import Timeframe
from bitten.plug_ins import resolve
from bitten.rules.citadel import BUILT_IN, Citadel, CitadelSettings
from bitten.rules.citadel import build as build_shields
from bitten.rules.risk import DenialCode
from bitten.rules.venom import VenomSettings
from bitten.rules.venom import build as build_patterns
from bitten.rules.venom.pattern import Candidate
from bitten.rules.venom.registry import BUILT_IN as BUILT_IN_PATTERNS
from bitten.sections import Config
from bitten.units import Direction, TradingState
from tests.integration.conftest import bench as bench
from tests.integration.processes import Bench, until
from tests.rules.citadel.scenes import scene
from tests.rules.venom.drawn import drawn, seen
from tests.test_floors import FLOORS

ROOT = Path(__file__).parents[1]
PAGES = (
    "README.md",
    "ea/README.md",
    *(
        f"docs/{name}.md"
        for name in (
            "index",
            "start",
            "concepts",
            "architecture",
            "operating",
            "decisions",
            "protocol",
            "configuration",
            "denials",
            "shield",
            "benchmarks",
            "reliability",
            "security",
            "ea",
            "replay",
            "risk",
            "signals",
            "xp",
        )
    ),
)
TEXTS = {page: (ROOT / page).read_text(encoding="utf-8") for page in PAGES}
ARCHITECTURE, OPERATING = TEXTS["docs/architecture.md"], TEXTS["docs/operating.md"]
BLOCK = re.compile(r"^(?:<!-- (?P<note>.*) -->\n)?```(?P<language>\w*)\n(?P<text>(?s:.*?))^```$", re.MULTILINE)
Block = tuple[str, str, str]
"""Language, the note above it, and the text."""


def blocks(page: str, *languages: str) -> list[Block]:
    """The page's blocks in one of the languages."""
    found = [(each["language"], each["note"] or "", each["text"]) for each in BLOCK.finditer(TEXTS[page])]
    return [block for block in found if block[0] in languages]


def rows(page: str, heading: str) -> list[list[str]]:
    """The cells of the table whose heading begins with the cell `heading`, without backticks."""
    lines = TEXTS[page].splitlines()
    start = next(place for place, line in enumerate(lines) if line.startswith(f"| {heading} |"))
    table = []
    for line in lines[start + 2 :]:
        if not line.startswith("|"):
            break
        table.append([cell.strip().strip("`") for cell in line.strip("|").split(" | ")])
    return table


# Links


LINKS = [(page, link) for page in PAGES for link in re.findall(r"\]\(([^)\s]+)\)", TEXTS[page])]


@pytest.mark.parametrize(("page", "link"), LINKS)
def test_a_link_leads_to_a_file(page: str, link: str) -> None:
    assert (ROOT / page).parent.joinpath(link.partition("#")[0]).resolve().is_file()


NAMED_FILES = sorted(
    {
        name
        for page in ("README.md", "ea/README.md", "docs/architecture.md", "docs/decisions.md")
        for name in re.findall(r"`((?:bitten|tests|docs|config|actors|rules|sockets)/[a-z][\w/.]*)`", TEXTS[page])
    }
)


@pytest.mark.parametrize("name", NAMED_FILES)
def test_a_file_that_is_named_exists(name: str) -> None:
    assert any((ROOT / base / f"{name}{suffix}").exists() for base in ("", "bitten") for suffix in ("", ".py"))


# Commands


def command_lines() -> Iterator[tuple[str, str]]:
    """Each line of an example that calls `bitten`: its page, and the command with its arguments."""
    for page in PAGES:
        for _, _, text in blocks(page, "console", "sh", "ini", ""):
            for line in text.splitlines():
                call = re.search(r"(?:^\$ |^|&& |/bin/|=/opt/bitten/bin/|-m )bitten ([a-z].*)", line)
                if call and ": " not in line.partition("#")[0]:
                    yield page, call[1]


@pytest.mark.parametrize("line", sorted({line for _, line in command_lines()}))
def test_a_command_in_an_example_is_one_that_the_door_parses(line: str) -> None:
    command, arguments = typer.main.get_command(cli.app), shlex.split(line, comments=True)
    while isinstance(command, TyperGroup):
        command = command.commands[arguments.pop(0)]
    command.make_context(command.name, arguments)


def test_there_are_examples_of_commands_where_they_belong() -> None:
    assert {"README.md", "docs/operating.md"} <= {page for page, _ in command_lines()}


def test_the_page_for_operators_names_every_command() -> None:
    group = typer.main.get_command(cli.app)
    assert isinstance(group, TyperGroup)
    assert [name for name in group.commands if not re.search(rf"(?:`|bitten ){name}\b", OPERATING)] == []


# Configuration


TOML = [text for page in PAGES for _, _, text in blocks(page, "toml")]


@pytest.mark.parametrize("text", TOML)
def test_an_example_of_a_configuration_loads(text: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for kind in ("patterns", "shields"):
        (tmp_path / f"my_{kind}.py").write_text(plug_in(kind), encoding="utf-8")
    (tmp_path / "examples").symlink_to(ROOT / "examples")
    monkeypatch.chdir(tmp_path)
    path = tmp_path / "bitten.toml"
    path.write_text(text, encoding="utf-8")
    assert config.load(path) != Config()


def test_the_checked_configuration_is_answered_as_the_page_shows(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    (shown,) = (text for _, _, text in blocks("docs/operating.md", "console") if text.startswith("$ bitten check"))
    command, answer = shown.rstrip().split("\n")
    path = tmp_path / "bitten.toml"
    path.write_text(operators_toml(), encoding="utf-8")
    assert call(command.replace("/etc/bitten/bitten.toml", str(path)), monkeypatch) == ExitCode.OK
    assert capsys.readouterr().out.rstrip() == answer.replace("/etc/bitten/bitten.toml", str(path))


def operators_toml(file: str = "/etc/bitten/bitten.toml") -> str:
    """A configuration of the page for operators, by the file that stands above it."""
    (text,) = (text for _, note, text in blocks("docs/operating.md", "toml") if note == f"file: {file}")
    return text


def call(line: str, monkeypatch: pytest.MonkeyPatch) -> int:
    """Run a line `$ bitten …` in this process; its exit code."""
    monkeypatch.setattr("sys.argv", shlex.split(line.removeprefix("$ ")))
    with pytest.raises(SystemExit) as ended:
        cli.main()
    assert isinstance(ended.value.code, int)
    return ended.value.code


# The steering, against a hub


@pytest.mark.process
def test_the_desk_answers_as_the_page_shows(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A hub in a process of its own: no EA is connected to it, as the page's answers say."""
    from bitten.demo.processes import hub

    (tmp_path / "run").mkdir(mode=0o700)
    path = write_local(tmp_path)
    (text,) = (text for _, note, text in blocks("docs/operating.md", "console") if note == "against a running hub")
    told = re.findall(r"^\$ (.*)\n(.*)$", text, re.MULTILINE)
    assert len(told) == text.count("$ ")
    with hub(tmp_path / "run", path):
        capsys.readouterr()
        for command, answer in told:
            code = call(f"{command} --config {path}", monkeypatch)
            said = capsys.readouterr()
            assert (said.out + said.err).rstrip() == answer
            assert (code == ExitCode.OK) is not answer.startswith("bitten: ")


@pytest.mark.process
def test_a_trader_is_enrolled_as_the_page_shows(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    from bitten.demo.processes import hub

    (tmp_path / "run").mkdir(mode=0o700)
    path = write_local(tmp_path, operators_toml("enrolling") + DESK_AND_JOURNAL)
    (text,) = (text for _, note, text in blocks("docs/operating.md", "console") if note.startswith("enrolling, "))
    monkeypatch.chdir(tmp_path)
    KeyPair.make(config.load(path).key_path)
    with hub(tmp_path / "run", path):
        capsys.readouterr()
        for command, answer in re.findall(r"^(\$ .*)\n((?:[^$].*\n)*)", text, re.MULTILINE):
            assert call(f"{command} --config {path}", monkeypatch) == ExitCode.OK
            said = capsys.readouterr()
            assert said.err + said.out.replace(str(tmp_path), "/etc/bitten") == answer


@pytest.mark.process
def test_the_first_five_minutes_go_as_the_page_says(
    bench: Bench, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each command of the page, in its order; but on ports that the system chooses, and with its state in a folder."""
    monkeypatch.chdir(bench.folder)
    bench.folder.chmod(0o700)
    lines = [line for _, _, text in blocks("docs/start.md", "sh") for line in text.splitlines()]
    (init, run, paper, *looks) = (line for line in lines if line.startswith("bitten ") and line != "bitten watch")
    assert (run, paper) == ("bitten run", "bitten paper --user alice --press fire --speed 60")
    assert call(f"{init} --state state", monkeypatch) == ExitCode.OK
    file = Path("config/bitten.toml")
    text = re.sub(r"(_port =) \d+", r"\1 0", file.read_text(encoding="utf-8"))
    file.write_text(text.replace(str(bench.folder / "state" / "desk" / "desk.sock"), str(bench.desk)), encoding="utf-8")
    hub = bench.hub(file)
    bench.start(*shlex.split(paper)[1:], *("--command-port", str(hub.ports[0]), "--feedback-port", str(hub.ports[1])))
    until(lambda: hub.live("alice") and hub.count("ticks"))
    capsys.readouterr()
    for line in looks:
        assert (line, call(line, monkeypatch)) == (line, ExitCode.OK)
    assert Path("today.html").stat().st_size > 1_000_000


DESK_AND_JOURNAL = """
[desk]
path = "/run/bitten/desk.sock"
[journal]
path = "/var/lib/bitten/journal.sqlite"
"""


def test_a_command_without_a_hub_is_answered_as_the_page_shows(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    path = write_local(tmp_path)
    assert call(f"$ bitten status --config {path}", monkeypatch) == ExitCode.NOT_RUNNING
    said = capsys.readouterr().err.rstrip()
    assert said.replace(str(tmp_path / "run"), "/run/bitten") in OPERATING


def write_local(folder: Path, text: str = "") -> Path:
    """`text`, or the page's configuration, with its folders in `folder`, and ports that the system chooses."""
    text = (
        (text or operators_toml())
        .replace("/run/bitten", str(folder / "run"))
        .replace("/var/lib/bitten", str(folder / "lib"))
    )
    text = re.sub(r"_port = \d+", "_port = 0", text)
    if "_port" not in text:
        text = text.replace("[sockets]", "[sockets]\ncommand_port = 0\nfeedback_port = 0")
    text = text.replace('"0.0.0.0"', '"127.0.0.1"')
    path = folder / "bitten.toml"
    path.write_text(text, encoding="utf-8")
    return path


# Tables and pictures


def test_the_floors_of_the_page_are_those_that_the_imports_are_held_to() -> None:
    told = {
        module: int(floor.split()[0])
        for floor, modules, _ in rows("docs/architecture.md", "floor")
        for module in re.findall(r"\w+", modules)
    }
    assert told == FLOORS


def test_every_part_of_the_package_is_on_a_floor() -> None:
    package = [path for path in (ROOT / "bitten").iterdir() if path.suffix == ".py" or (path / "__init__.py").exists()]
    told = {module for _, modules, _ in rows("docs/architecture.md", "floor") for module in re.findall(r"\w+", modules)}
    assert {path.stem for path in package} - {"__init__"} == told


def test_the_tree_of_the_page_is_the_hubs() -> None:
    """All children are there, each once, and the root's in the order in which they start."""
    source = ast.parse((ROOT / "bitten" / "hub.py").read_text(encoding="utf-8"))
    told = re.findall(r"^([│ ]*)[├└]── (\w+)", ARCHITECTURE, re.MULTILINE)
    assert sorted(name for _, name in told) == sorted(children_in(source))
    (tree,) = (node for node in ast.walk(source) if isinstance(node, ast.FunctionDef) and node.name == "_tree")
    assert [name for indent, name in told if not indent] == children_in(tree)


def children_in(source: ast.AST) -> list[str]:
    """The names of the child specs in a piece of source, from top to bottom, but for those made at run time."""
    calls = [
        node
        for node in ast.walk(source)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "Child"
    ]
    calls.sort(key=lambda call: call.lineno)
    return [ast.literal_eval(call.args[0]) for call in calls]


@pytest.mark.parametrize("daemon", ["fire router", "fire publisher daemon", "telemetry daemon", "three-way controller"])
def test_each_daemon_of_the_earlier_system_has_its_place(daemon: str) -> None:
    place = dict(rows("docs/architecture.md", "daemon there"))[daemon]
    (file,) = re.findall(r"`?((?:actors|sockets)/\w+\.py|hub\.py)", place)[:1]
    assert (ROOT / "bitten" / file).is_file()


def test_the_exit_codes_are_those_of_the_door() -> None:
    assert [int(code) for code, _ in rows("docs/operating.md", "exit code")] == [int(code) for code in ExitCode]


@pytest.mark.parametrize("code", DenialCode)
def test_a_denial_says_what_to_do_in_commands_and_keys_that_there_are(code: DenialCode) -> None:
    named = re.findall(r"`(?:bitten )([^`]*)`", code.remedy)
    keys = re.findall(r"`\[(\w+)\](?: (\w+))?`", code.remedy)
    for words in (each.split() for each in named):
        command = typer.main.get_command(cli.app)
        while isinstance(command, TyperGroup):
            command = command.commands[words.pop(0)]
    for section, key in keys:
        assert not key or hasattr(getattr(Config(), section), key)
    assert code.meaning.endswith(".")
    assert code.remedy.endswith(".")


def test_every_trading_state_is_explained() -> None:
    assert {state for state, _ in rows("docs/operating.md", "state")} == set(TradingState)


def log_formats() -> list[re.Pattern[str]]:
    """Every line that the hub may log, as what it looks like."""
    found = []
    for path in (ROOT / "bitten").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if (
                isinstance(node, ast.Call)
                and isinstance(node.func, ast.Attribute)
                and node.func.attr in ("info", "warning", "error", "critical")
                and node.args
                and isinstance(node.args[0], ast.Constant)
            ):
                text = str(node.args[0].value)
                if re.search(r"[a-z]", re.sub(r"\{[^}]*\}", "", text)) or text.count("{") > 2:
                    found.append(re.compile(".*".join(map(re.escape, re.split(r"\{[^}]*\}", text)))))
    return found


LOG_FORMATS = log_formats()


@pytest.mark.parametrize("line", [row[0] for row in rows("docs/operating.md", "line")])
def test_a_log_line_of_the_page_is_one_that_the_hub_says(line: str) -> None:
    assert any(form.fullmatch(line) for form in LOG_FORMATS)


# Plug-ins


def plug_in(kind: str) -> str:
    """The text of the page's plug-in."""
    found = (block for page in PAGES for block in blocks(page, "python"))
    (text,) = (text for _, note, text in found if note == f"plug-in: {kind}")
    return text


def named_in_toml(key: str) -> str:
    """The plug-in that the page's configuration names."""
    (name,) = (each[1] for text in TOML for each in re.finditer(rf'"(my_{key}\.py:\w+)"', text))
    return name


def test_the_pattern_of_the_page_is_loaded_and_speaks(tmp_path: Path) -> None:
    file, _, made = named_in_toml("patterns").partition(":")
    (tmp_path / file).write_text(plug_in("patterns"), encoding="utf-8")
    name = f"{tmp_path / file}:{made}"
    (pattern,) = build_patterns(VenomSettings(patterns=(name,)), resolve)
    rising = seen(drawn([(0, 3, -1, 2, 50), (2, 5, 1, 4, 50), (4, 7, 3, 6, 50)]))
    falling = seen(drawn([(0, 3, -1, 2, 50), (2, 5, 1, 4, 50), (4, 5, 1, 2, 50)]))
    assert pattern.detect(rising) == Candidate(Direction.BUY, score=60.0)
    assert pattern.detect(falling) is None


def test_the_shield_of_the_page_is_loaded_and_vetoes(tmp_path: Path) -> None:
    file, _, made = named_in_toml("shields").partition(":")
    (tmp_path / file).write_text(plug_in("shields"), encoding="utf-8")
    name = f"{tmp_path / file}:{made}"
    settings = CitadelSettings(shields=(name,))
    citadel = Citadel(settings, build_shields(settings, resolve))
    monday = scene({Timeframe.M5: []})
    assert citadel.judge(monday).vetoed
    assert not citadel.benched


def test_each_fault_of_the_page_is_tried_by_a_test_of_its_number() -> None:
    numbers = [int(number) for number, *_ in rows("docs/reliability.md", "#")]
    assert numbers == [*range(1, 41)]
    names = (
        name
        for path in (ROOT / "tests").rglob("test_*.py")
        for name in re.findall(r"def test_fault((?:_\d\d)+)_", path.read_text(encoding="utf-8"))
    )
    tried = {int(number) for name in names for number in name.strip("_").split("_")}
    assert set(numbers) <= tried


# The shield


def test_the_page_of_the_shield_names_each_part_and_veto_with_what_it_is_worth() -> None:
    settings, told = CitadelSettings(), {row[0]: row[1] for row in rows("docs/shield.md", "part")}
    worth = {name: getattr(settings, name) for name in told if name != "timeframes"}
    assert {name: f"{points:+g}" for name, points in worth.items()} == {
        name: words.removeprefix("0 to ") for name, words in told.items() if name != "timeframes"
    }
    assert told["timeframes"] == f"0 to {settings.aligned:+g}, or {settings.conflict:+g}"
    vetoes = {row[0] for row in rows("docs/shield.md", "veto")} - {"score"}
    assert {*told, *vetoes} == set(BUILT_IN)


# The signals


@pytest.mark.parametrize("name", BUILT_IN_PATTERNS)
def test_the_page_of_signals_names_each_pattern_with_its_kind_and_all_its_keys(name: str) -> None:
    (section,) = (part for part in TEXTS["docs/signals.md"].split("\n### ") if part.startswith(f"{name}\n"))
    settings, words = getattr(VenomSettings(), name.lower()), " ".join(section.split())
    keys = ", ".join(f"`{key}` {plainly(value)}" for key, value in attrs.asdict(settings).items())
    assert f"Keys of `[venom.{name.lower()}]`: {keys}. Score: " in words
    assert f" `{BUILT_IN_PATTERNS[name](VenomSettings()).kind}`. " in words


def test_the_page_of_signals_explains_each_word_for_silence() -> None:
    folder = ROOT / "bitten" / "rules" / "venom"
    words = {"nothing_found", "outscored"}
    for path in folder.glob("*.py"):
        text = path.read_text(encoding="utf-8")
        words |= set(re.findall(r'NoSignal\("(\w+)"\)', text))
        if path.name in ("cadence.py", "engine.py"):
            words |= set(re.findall(r'return "(\w+)"', text))
    assert {"no_quote", "cool_down", "gap", "no_volume"} <= words
    assert [word for word in sorted(words) if f"`{word}`" not in TEXTS["docs/signals.md"]] == []


def plainly(value: object) -> str:
    """A default as the page has it."""
    return " and ".join(value) if isinstance(value, tuple) else f"{value:g}"
