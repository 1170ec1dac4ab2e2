"""Quotas hold when several send at once; storage and database are held against each other."""

import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.db import connection
from pytest_django import Settings

from accounts.actors import Actor
from accounts.errors import Refused
from catalog.choices import AttachmentKind
from catalog.models import Attachment, Listing, StoredFile
from catalog.services import attach_file
from tests.builders import make_actor, make_need
from tests.catalog.files import samples

pytestmark = [pytest.mark.uploads, pytest.mark.usefixtures("private_folder")]


def attached(actor: Actor, listing: Listing) -> Attachment:
    upload = SimpleUploadedFile("a.jpg", samples.image())
    return attach_file(actor=actor, listing=listing, upload=upload, kind=AttachmentKind.PHOTO)


@pytest.mark.django_db(transaction=True)
def test_two_files_at_once_do_not_both_take_the_last_place(
    settings: Settings, private_folder: Path
) -> None:
    settings.FILES_PER_LISTING = 1
    owner = make_actor()
    need = Listing.objects.get(pk=make_need(owner.organization).pk)

    def send() -> str:
        try:
            attached(owner, need)
        except Refused as refusal:
            return str(refusal.code)
        finally:
            connection.close()
        return "kept"

    with ThreadPoolExecutor(4) as pool:
        answers = sorted(each.result() for each in [pool.submit(send) for _ in range(4)])

    assert answers == ["kept", "too_many", "too_many", "too_many"]
    assert Attachment.objects.count() == 1
    # The picture and its thumbnail: what was refused left nothing.
    assert len([each for each in private_folder.rglob("*") if each.is_file()]) == 2


@pytest.mark.django_db
def test_storage_and_database_agree_after_sending(capsys: pytest.CaptureFixture[str]) -> None:
    owner = make_actor()
    attached(owner, Listing.objects.get(pk=make_need(owner.organization).pk))

    call_command("check_files")

    assert "2 stored, 0 broken, 0 without a row." in capsys.readouterr().out


@pytest.mark.django_db
def test_what_lacks_its_other_half_is_found(
    private_folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    owner = make_actor()
    need = Listing.objects.get(pk=make_need(owner.organization).pk)
    lost, changed = attached(owner, need).file, attached(owner, need).file
    (private_folder / lost.path).unlink()
    (private_folder / changed.path).write_bytes(b"other")
    orphan = private_folder / "ab" / "orphan"
    orphan.parent.mkdir(exist_ok=True)
    orphan.write_bytes(b"x")
    os.utime(orphan, (0, 0))

    with pytest.raises(CommandError):
        call_command("check_files", "--delete-orphans")

    out = capsys.readouterr().out
    assert f"file {lost.pk}: row without bytes" in out
    assert f"file {changed.pk}: bytes were changed" in out
    assert "bytes without a row: ab/orphan" in out
    assert not orphan.exists()
    assert StoredFile.objects.count() == 2
