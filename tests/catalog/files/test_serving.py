"""Who may open an attachment, and how it is sent."""

import stat
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from accounts.actors import ANONYMOUS, SYSTEM, Actor
from accounts.errors import Refused
from accounts.models import Event, Membership
from catalog.choices import AttachmentKind, Confidentiality, ListingKind
from catalog.disclosure import Disclosure
from catalog.models import Attachment, DisclosureView, Listing, StoredFile
from catalog.services import (
    archive_listing,
    attach_file,
    grant_disclosure,
    remove_attachment,
    review_attachments,
    revoke_disclosure,
)
from tests.builders import (
    make_actor,
    make_admin_actor,
    make_draft,
    make_need,
    make_organization,
    make_park,
    make_staff_actor,
    need_payload,
    publish,
)
from tests.catalog.files import samples
from tests.catalog.pages import client_of, status, text_of

pytestmark = [pytest.mark.django_db, pytest.mark.uploads, pytest.mark.usefixtures("private_folder")]
NAME = "三号车间布局.pdf"


def upload(content: bytes | None = None, name: str = NAME) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content if content is not None else samples.pdf())


def attached(
    actor: Actor, listing: Listing, content: bytes | None = None, name: str = NAME, **told: Any
) -> Attachment:
    kind = told.pop("kind", AttachmentKind.DRAWING)
    return attach_file(
        actor=actor, listing=listing, upload=upload(content, name), kind=kind, **told
    )


@pytest.fixture
def owner() -> Actor:
    return make_actor(organization=make_organization(park=make_park()))


def need_of(owner: Actor, **content: Any) -> Listing:
    return Listing.objects.get(pk=make_need(owner.organization, **content).pk)


def confidential_of(owner: Actor) -> Listing:
    return need_of(owner, confidentiality=Confidentiality.CONFIDENTIAL)


def moderator_of(owner: Actor) -> Actor:
    assert owner.organization is not None
    return make_staff_actor(owner.organization.park)


def test_the_owner_gets_back_what_was_sent(owner: Actor) -> None:
    content = samples.pdf()
    kept = attached(owner, need_of(owner), content)

    response = client_of(owner).get(kept.get_absolute_url())

    assert response.getvalue() == content
    assert response["Content-Type"] == "application/pdf"


def test_bytes_lie_under_a_random_name_that_only_the_site_may_read(
    owner: Actor, private_folder: Path
) -> None:
    kept = attached(owner, need_of(owner))

    path = private_folder / kept.file.path
    assert path.is_file()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    assert path.suffix == ""
    assert len(path.name) == 40
    assert attached(owner, kept.listing).file.path != kept.file.path


def test_an_answer_is_inert_whatever_the_browser_makes_of_it(owner: Actor) -> None:
    response = client_of(owner).get(attached(owner, need_of(owner)).get_absolute_url())

    assert response["X-Content-Type-Options"] == "nosniff"
    assert "default-src 'none'" in response["Content-Security-Policy"]
    assert "sandbox" in response["Content-Security-Policy"]
    assert response["Cache-Control"] == "private, no-store"
    assert response["Cross-Origin-Resource-Policy"] == "same-origin"
    assert response["Content-Disposition"].startswith("attachment; filename*=utf-8''%E4%B8%89")


def test_only_an_image_opens_in_the_browser(owner: Actor) -> None:
    photo = attached(owner, need_of(owner), samples.image(), "现场.jpg")

    response = client_of(owner).get(photo.get_absolute_url())

    assert response["Content-Disposition"].startswith("inline")
    assert response["Content-Type"] == "image/jpeg"
    small = client_of(owner).get(reverse("catalog:attachment_thumbnail", args=[photo.public_id]))
    assert small["Content-Type"] == "image/jpeg"


def test_a_table_goes_out_as_text(owner: Actor) -> None:
    kept = attached(owner, need_of(owner), "型号,节拍\nA,2\n".encode("gb18030"), "清单.csv")

    response = client_of(owner).get(kept.get_absolute_url())

    assert response["Content-Type"] == "text/plain; charset=gb18030"
    assert response["Content-Disposition"].startswith("attachment")


def test_a_name_cannot_break_out_of_its_header(owner: Actor) -> None:
    kept = attached(owner, need_of(owner), name='../../etc/a"\r\nSet-Cookie: x=1;\u202efdp.pdf')

    response = client_of(owner).get(kept.get_absolute_url())

    assert kept.file.original_name == "a_ Set-Cookie_ x=1;fdp.pdf"
    assert "\n" not in response["Content-Disposition"]
    assert not response.cookies.get("x")


@pytest.mark.parametrize(
    ("who", "answer"),
    [
        ("owner", 200),
        ("viewer", 200),
        ("moderator", 200),
        ("admin", 200),
        ("other", 404),
        ("other park", 404),
        ("anonymous", 404),
    ],
)
def test_a_confidential_attachment_opens_for_its_side_and_its_moderators_only(
    owner: Actor, who: str, answer: int
) -> None:
    actors: dict[str, Callable[[], Actor]] = {
        "owner": lambda: owner,
        "viewer": lambda: make_actor(Membership.Role.VIEWER, owner.organization),
        "moderator": lambda: moderator_of(owner),
        "admin": make_admin_actor,
        "other": make_actor,
        "other park": make_staff_actor,
        "anonymous": lambda: ANONYMOUS,
    }
    kept = attached(owner, confidential_of(owner), samples.image(), "设备.jpg")
    actor = actors[who]()

    assert status(kept.get_absolute_url(), actor) == answer
    thumbnail = reverse("catalog:attachment_thumbnail", args=[kept.public_id])
    assert status(thumbnail, actor) == answer


def test_a_strangers_page_is_the_same_with_and_without_attachments(owner: Actor) -> None:
    need = confidential_of(owner)
    client = client_of(make_actor())
    before = _without_tokens(client, need)

    attached(owner, need)

    assert _without_tokens(client, need) == before
    assert NAME not in before


def _without_tokens(client: Client, listing: Listing) -> str:
    lines = client.get(listing.get_absolute_url()).content.decode().splitlines()
    return "\n".join(line for line in lines if "csrf" not in line.lower())


def test_a_hidden_attachment_answers_like_one_that_does_not_exist(owner: Actor) -> None:
    kept = attached(owner, confidential_of(owner))
    client = client_of(make_actor())

    hidden = client.get(kept.get_absolute_url())
    missing = client.get(kept.get_absolute_url().replace(str(kept.public_id)[:8], "00000000"))

    assert hidden.status_code == missing.status_code == 404
    assert set(hidden.headers) == set(missing.headers)
    assert NAME not in hidden.content.decode()


def test_an_open_needs_attachment_shows_once_its_moderator_has_seen_it(owner: Actor) -> None:
    need = need_of(owner)
    kept = attached(owner, need)
    assert status(kept.get_absolute_url()) == 404
    assert NAME not in text_of(need.get_absolute_url())

    review_attachments(actor=moderator_of(owner), listing=need)

    assert status(kept.get_absolute_url()) == 200
    assert NAME in text_of(need.get_absolute_url())


def test_publishing_reviews_what_was_attached_before_it_was_submitted(owner: Actor) -> None:
    assert owner.organization is not None
    revision = make_draft(ListingKind.NEED, owner.organization, need_payload())
    kept = attached(owner, revision.listing)
    assert status(kept.get_absolute_url(), make_actor()) == 404

    publish(revision)

    assert status(kept.get_absolute_url(), make_actor()) == 200


def test_a_drafts_attachment_is_its_owners_alone(owner: Actor) -> None:
    assert owner.organization is not None
    revision = make_draft(ListingKind.NEED, owner.organization, need_payload())
    kept = attached(owner, revision.listing)

    assert status(kept.get_absolute_url(), owner) == 200
    assert status(kept.get_absolute_url(), moderator_of(owner)) == 404


def test_the_proof_of_a_case_is_for_the_owner_and_moderators(owner: Actor) -> None:
    need = need_of(owner)
    kept = attached(owner, need, kind=AttachmentKind.CASE_EVIDENCE)
    review_attachments(actor=moderator_of(owner), listing=need)

    assert status(kept.get_absolute_url(), make_actor()) == 404
    assert status(kept.get_absolute_url(), moderator_of(owner)) == 200
    assert status(kept.get_absolute_url(), owner) == 200


def test_an_archived_listings_attachments_are_not_served_to_others(owner: Actor) -> None:
    need = need_of(owner)
    kept = attached(owner, need)
    review_attachments(actor=moderator_of(owner), listing=need)

    archive_listing(actor=owner, listing=need)

    assert status(kept.get_absolute_url(), make_actor()) == 404
    assert status(kept.get_absolute_url(), owner) == 200


def test_opening_a_confidential_file_from_outside_is_on_record(owner: Actor) -> None:
    kept = attached(owner, confidential_of(owner))
    moderator = moderator_of(owner)

    client_of(owner).get(kept.get_absolute_url())
    client_of(moderator).get(kept.get_absolute_url())

    opened = Event.objects.filter(verb="attachment.opened")
    assert [(each.user_id, each.subject_id) for each in opened] == [(moderator.user_id, kept.pk)]


def test_removing_takes_the_bytes_and_keeps_the_record(
    owner: Actor, private_folder: Path, django_capture_on_commit_callbacks: Any
) -> None:
    photo = attached(owner, need_of(owner), samples.image(), "现场.jpg")
    address = photo.get_absolute_url()

    with django_capture_on_commit_callbacks(execute=True):
        client_of(owner).post(reverse("catalog:attachment_remove", args=[photo.public_id]))

    file = StoredFile.objects.get(pk=photo.file_id)
    assert file.removed_at is not None
    assert file.original_name == "现场.jpg"
    assert [each for each in private_folder.rglob("*") if each.is_file()] == []
    assert status(address, owner) == 404


def test_only_editors_of_the_owner_add_and_remove(owner: Actor) -> None:
    need = need_of(owner)
    kept = attached(owner, need)
    viewer = make_actor(Membership.Role.VIEWER, owner.organization)
    for actor in (viewer, make_actor(), moderator_of(owner), make_admin_actor(), ANONYMOUS):
        with pytest.raises(PermissionDenied):
            attached(actor, need)
        with pytest.raises(PermissionDenied):
            remove_attachment(actor=actor, attachment=kept)
        add = reverse("catalog:attachment_add", args=[need.public_id])
        assert client_of(actor).post(add, {"files": upload()}).status_code in {302, 403, 404}
        remove = reverse("catalog:attachment_remove", args=[kept.public_id])
        assert client_of(actor).post(remove).status_code in {302, 403, 404}
    assert Attachment.objects.filter(file__removed_at__isnull=True).count() == 1


def test_several_files_are_sent_at_once_and_each_is_judged_alone(owner: Actor) -> None:
    need = need_of(owner)
    response = client_of(owner).post(
        reverse("catalog:attachment_add", args=[need.public_id]),
        {
            "files": [
                upload(),
                upload(b"MZ\x90\x00", "升级.exe"),
                upload(samples.image(), "1.jpg"),
            ],
            "kind": "photo",
        },
        follow=True,
    )

    page = response.content.decode()
    assert "已上传 2 个附件" in page
    assert "“升级.exe”没有上传：这是程序或脚本" in page
    assert [each.kind for each in need.attachments.all()] == ["photo", "photo"]


def test_a_listing_holds_only_so_many_files(owner: Actor, settings: Settings) -> None:
    settings.FILES_PER_LISTING = 2
    need = need_of(owner)
    first = attached(owner, need)
    attached(owner, need)

    with pytest.raises(Refused, match="最多 2 个附件"):
        attached(owner, need)

    remove_attachment(actor=owner, attachment=first)
    attached(owner, need)


def test_an_organization_keeps_only_so_many_bytes(owner: Actor, settings: Settings) -> None:
    settings.FILES_MEGABYTES = 0
    need = need_of(owner)

    with pytest.raises(Refused, match="附件总量"):
        attached(owner, need)


def test_a_refused_file_leaves_nothing_behind(owner: Actor, private_folder: Path) -> None:
    with pytest.raises(Refused):
        attached(owner, need_of(owner), b"MZ", "a.exe")

    assert not StoredFile.objects.exists()
    assert not [each for each in private_folder.rglob("*") if each.is_file()]


def test_a_request_that_is_too_large_is_refused_before_it_is_read(owner: Actor) -> None:
    need = need_of(owner)
    response = client_of(owner).post(
        reverse("catalog:attachment_add", args=[need.public_id]),
        data=b"",
        content_type="multipart/form-data; boundary=x",
        CONTENT_LENGTH=str(200 * 1024 * 1024),
    )

    assert response.status_code == 413
    assert "每个文件不超过 10 MB" in response.content.decode()


def test_words_and_names_of_attachments_are_not_found_by_search(owner: Actor) -> None:
    need = need_of(owner)
    attached(owner, need, "独角兽检测规程".encode(), "独角兽.txt", description="独角兽")
    review_attachments(actor=moderator_of(owner), listing=need)

    page = text_of(reverse("catalog:need_list"), params={"q": "独角兽"})

    assert need.get_absolute_url() not in page


def test_nginx_may_be_told_to_send_the_bytes(owner: Actor, settings: Settings) -> None:
    settings.FILES_ACCEL_PREFIX = "/private-files/"
    kept = attached(owner, need_of(owner))

    response = client_of(owner).get(kept.get_absolute_url())

    assert response["X-Accel-Redirect"] == f"/private-files/{kept.file.path}"
    assert response.content == b""
    assert response["Content-Disposition"].startswith("attachment")


def test_names_open_with_acceptance_and_content_with_the_agreement(owner: Actor) -> None:
    need = confidential_of(owner)
    kept = attached(owner, need)
    vendor = make_actor()
    assert vendor.organization is not None
    grant: dict[str, Any] = {"actor": SYSTEM, "listing": need, "organization": vendor.organization}

    grant_disclosure(**grant, stage=Disclosure.ACCEPTED, introduction_id=1)
    assert NAME in text_of(need.get_absolute_url(), vendor)
    assert str(kept.public_id) not in text_of(need.get_absolute_url(), vendor)
    assert status(kept.get_absolute_url(), vendor) == 404

    grant_disclosure(**grant, stage=Disclosure.AGREED, introduction_id=1)
    assert str(kept.public_id) in text_of(need.get_absolute_url(), vendor)
    assert status(kept.get_absolute_url(), vendor) == 200
    views = DisclosureView.objects.filter(listing=need, viewer=vendor.user)
    assert "attachment_content" in {field for view in views for field in view.fields}

    revoke_disclosure(
        actor=SYSTEM, listing=need, organization=vendor.organization, introduction_id=1
    )
    assert status(kept.get_absolute_url(), vendor) == 404
