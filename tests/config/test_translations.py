from pathlib import Path

import pytest

from config.local import translations

PO = """msgid ""
msgstr ""
"Content-Type: text/plain; charset=UTF-8\\n"
"Plural-Forms: nplurals=2; plural=(n != 1);\\n"

msgid "需求"
msgstr "{need}"

msgctxt "verb"
msgid "%(count)s 个匹配"
msgid_plural "%(count)s 个匹配"
msgstr[0] "%(count)s match"
msgstr[1] "%(count)s matches"
"""


@pytest.fixture
def source(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "en" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    (folder / "django.po").write_text(PO.format(need="need"), encoding="utf-8")
    monkeypatch.setattr(translations, "LOCALE", tmp_path)
    return folder / "django.po"


def test_a_missing_and_an_old_compiled_file_are_noticed(source: Path) -> None:
    assert translations.main([]) == 1
    assert translations.main(["--write"]) == 0
    assert translations.main([]) == 0
    source.write_text(PO.format(need="demand"), encoding="utf-8")
    assert translations.main([]) == 1


def test_an_untranslated_and_an_unsure_message_are_noticed(source: Path) -> None:
    source.write_text(PO.format(need=""), encoding="utf-8")
    translations.main(["--write"])
    assert any("untranslated: 需求" in line for line in translations.complaints(source))
    unsure = PO.format(need="need").replace('msgid "需求"', '#, fuzzy\nmsgid "需求"')
    source.write_text(unsure, encoding="utf-8")
    translations.main(["--write"])
    assert any("unsure: 需求" in line for line in translations.complaints(source))
