"""Where settings come from, and what a wrong one says."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from engine.config import Settings
from engine.errors import SettingsProblem


@pytest.fixture
def env(tmp_path):
    return {
        "HOME": str(tmp_path),
        "XDG_DATA_HOME": str(tmp_path / "data"),
        "XDG_CONFIG_HOME": str(tmp_path / "config"),
        "XDG_CACHE_HOME": str(tmp_path / "cache"),
    }


def write(env, text):
    file = Path(env["XDG_CONFIG_HOME"]) / "ripple" / "config.toml"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, encoding="utf-8")


def test_defaults_and_private_folders(env, tmp_path):
    settings = Settings.load(env)
    assert settings.data_dir == tmp_path / "data" / "ripple"
    assert settings.cache_dir == tmp_path / "cache" / "ripple"
    assert settings.config_file == tmp_path / "config" / "ripple" / "config.toml"
    assert stat.S_IMODE(settings.data_dir.stat().st_mode) == 0o700
    assert stat.S_IMODE(settings.cache_dir.stat().st_mode) == 0o700
    assert (settings.model, settings.threads, settings.ignore, settings.polling) == (None, 0, (), False)


@pytest.mark.parametrize(
    ("said", "means"), [("sweep", "sweep-v2"), ("Zeta-2.1", "zeta-2.1"), ("", ""), ("text", "text")]
)
def test_a_prompt_format_is_named(env, said, means):
    assert Settings.load({**env, "RIPPLE_MODEL_FORMAT": said}).model_format == means
    write(env, f'model_format = "{said}"\nwithout = ["free"]\n')
    settings = Settings.load(env)
    assert (settings.model_format, settings.without) == (means, ("free",))


def test_an_unknown_prompt_format_is_told(env):
    with pytest.raises(SettingsProblem) as problem:
        Settings.load({**env, "RIPPLE_MODEL_FORMAT": "chatml"})
    assert "zeta-2.1" in problem.value.hint and "sweep" in problem.value.hint


def test_a_data_folder_that_others_could_read_is_closed(env, tmp_path):
    (tmp_path / "data" / "ripple").mkdir(parents=True, mode=0o755)
    settings = Settings.load(env)
    assert stat.S_IMODE(settings.data_dir.stat().st_mode) == 0o700


def test_without_xdg_folders_lie_below_home(tmp_path):
    settings = Settings.load({"HOME": str(tmp_path)})
    assert settings.data_dir.is_relative_to(tmp_path)
    assert settings.cache_dir.is_relative_to(tmp_path)
    assert settings.config_file.is_relative_to(tmp_path)


def test_the_process_environment_is_the_default(own_home):
    assert Settings.load().data_dir == own_home / "data" / "ripple"


def test_the_file_sets_and_the_environment_overrides(env, tmp_path):
    lists = 'ignore = ["docs/", "*.po"]'
    write(env, f'threshold = 0.7\nthreads = 3\n{lists}\npolling = true\nmodel = "{tmp_path}/m.gguf"\n')
    settings = Settings.load(env)
    assert (settings.threshold, settings.threads, settings.polling) == (0.7, 3, True)
    assert settings.ignore == ("docs/", "*.po")
    assert settings.model == tmp_path / "m.gguf"
    overridden = Settings.load(
        {**env, "RIPPLE_THRESHOLD": "1", "RIPPLE_POLLING": "no", "RIPPLE_IGNORE": os.pathsep.join(["a", "b"]),
         "RIPPLE_MODEL": "", "RIPPLE_UNRELATED": "x"}
    )  # fmt: skip
    assert (overridden.threshold, overridden.polling, overridden.ignore) == (1.0, False, ("a", "b"))
    assert (overridden.model, overridden.threads) == (None, 3)


def test_folders_may_be_named_one_by_one(env, tmp_path):
    settings = Settings.load(
        {**env, "RIPPLE_DATA_DIR": str(tmp_path / "d"), "RIPPLE_CONFIG_FILE": str(tmp_path / "c.toml")}
    )
    assert (settings.data_dir, settings.config_file) == (tmp_path / "d", tmp_path / "c.toml")


@pytest.mark.parametrize(
    ("text", "message", "hint"),
    [
        ("treshold = 0.5", "treshold", "Did you mean `threshold`"),
        ("data_dir = '/x'", "data_dir", "Known settings"),
        ("threshold = 2", "threshold", "from 0 to 1"),
        ("threads = -1", "threads", "at least 0"),
        ("threads = true", "threads", "whole number"),
        ("threads = 1.5", "threads", "whole number"),
        ("max_actions = 0", "max_actions", "at least 1"),
        ("polling = 'yes'", "polling", "true or false"),
        ("ignore = 'x'", "ignore", "list of patterns"),
        ("ignore = [1]", "ignore", "list of patterns"),
        ("model = 1", "model", "a path"),
        ("threads = ", "TOML", "Correct or remove"),
    ],
)
def test_a_wrong_file_says_what_and_how(env, text, message, hint):
    write(env, text)
    with pytest.raises(SettingsProblem, match=message) as caught:
        Settings.load(env)
    assert hint in caught.value.hint


def test_a_wrong_variable_is_named(env):
    with pytest.raises(SettingsProblem, match="RIPPLE_THREADS"):
        Settings.load({**env, "RIPPLE_THREADS": "many"})


def test_a_folder_that_cannot_be_made_is_a_settings_problem(env, tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(SettingsProblem, match="cannot be used") as caught:
        Settings.load({**env, "RIPPLE_DATA_DIR": str(tmp_path / "file" / "x")})
    assert "RIPPLE_DATA_DIR" in caught.value.hint


def test_scenarios_are_switched_off_by_name(env):
    off = os.pathsep.join(["import", "fix"])
    assert Settings.load({**env, "RIPPLE_WITHOUT": off}).without == ("import", "fix")
    with pytest.raises(SettingsProblem) as caught:
        Settings.load({**env, "RIPPLE_WITHOUT": "imports"})
    assert "imports" in caught.value.message and "import" in caught.value.hint
