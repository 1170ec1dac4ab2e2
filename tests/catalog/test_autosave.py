"""A draft saves itself while one writes, and never over what somebody else wrote meanwhile."""

import io
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from PIL import Image

from accounts.actors import Actor
from accounts.models import Event
from catalog.choices import AttachmentKind, ListingKind
from catalog.models import Attachment, Listing
from catalog.services import create_listing, submit_listing
from tests.builders import make_actor, make_vocabulary, need_payload

pytestmark = pytest.mark.django_db

WORDS = {"title": "仓库找货太慢", "situation": "新人来了两个月还找不到东西，想上系统。"}


def browser(actor: Actor) -> Client:
    assert actor.user is not None
    client = Client()
    client.force_login(actor.user)
    return client


def begun(actor: Actor, **fields: Any) -> Listing:
    payload = need_payload(**fields)
    return create_listing(actor=actor, kind=ListingKind.NEED, payload=payload).listing


def address(listing: Listing, step: str = "problem") -> str:
    return reverse("catalog:need_edit", args=[listing.public_id, step])


def saved(listing: Listing) -> dict[str, Any]:
    payload: dict[str, Any] = listing.revisions.order_by("-number")[0].payload
    return payload


def autosave(client: Client, listing: Listing, basis: str, **data: str) -> Any:
    sent = {**WORDS, "basis": basis, "action": "autosave", **data}
    return client.post(address(listing), sent, headers={"HX-Request": "true"})


def basis_of(client: Client, listing: Listing, step: str = "problem") -> str:
    mark: str = client.get(address(listing, step)).context["basis"].mark
    return mark


def test_what_is_written_is_saved_with_the_time_and_no_redirect() -> None:
    owner = make_actor()
    client, listing = browser(owner), begun(owner)
    response = autosave(client, listing, basis_of(client, listing))
    assert response.status_code == 200
    assert "已保存 " in response.content.decode()
    assert "draft-saved" in response["HX-Trigger"]
    assert saved(listing)["title"] == WORDS["title"]


def test_the_first_words_of_a_new_page_begin_one_draft() -> None:
    client = browser(make_actor())
    page = reverse("catalog:need_create") + "?draft=one"
    for words in ("仓库", "仓库找货"):
        client.post(page, {**WORDS, "title": words, "action": "autosave"})
    assert [saved(listing)["title"] for listing in Listing.objects.all()] == ["仓库找货"]


def test_saving_goes_on_from_what_was_saved_last() -> None:
    owner = make_actor()
    client, listing = browser(owner), begun(owner)
    first = autosave(client, listing, basis_of(client, listing))
    second = autosave(client, listing, first.context["basis"].mark, title="仓库找货很慢")
    assert "已保存" in second.content.decode()
    assert saved(listing)["title"] == "仓库找货很慢"


def test_two_windows_do_not_write_over_each_other_silently() -> None:
    owner = make_actor()
    client, listing = browser(owner), begun(owner)
    old = basis_of(client, listing)
    autosave(client, listing, old, title="第一个窗口写的")
    response = autosave(client, listing, old, title="第二个窗口写的")
    assert "没有保存" in response.content.decode()
    assert "draft-unsaved" in response["HX-Trigger"]
    assert saved(listing)["title"] == "第一个窗口写的"


def test_after_a_conflict_saving_again_is_meant() -> None:
    owner = make_actor()
    client, listing = browser(owner), begun(owner)
    old = basis_of(client, listing)
    autosave(client, listing, old, title="别处写的")
    refused = client.post(address(listing), {**WORDS, "basis": old})
    assert refused.status_code == 409
    assert "在别处改过" in refused.content.decode()
    assert WORDS["title"] in refused.content.decode()
    again = {**WORDS, "basis": refused.context["basis"].mark}
    assert client.post(address(listing), again).status_code == 302
    assert saved(listing)["title"] == WORDS["title"]


def test_two_people_on_different_steps_are_no_conflict() -> None:
    owner = make_actor()
    client, listing = browser(owner), begun(owner)
    budget = basis_of(client, listing, "budget")
    autosave(client, listing, basis_of(client, listing))
    data = {"budget_high": "80", "budget_visibility": "owner", "basis": budget}
    assert client.post(address(listing, "budget"), data).status_code == 302
    assert saved(listing)["title"] == WORDS["title"]
    assert float(saved(listing)["budget_high"]) == 800_000


def test_what_cannot_be_saved_yet_is_said_and_leaves_the_draft_alone() -> None:
    owner = make_actor()
    client, listing = browser(owner), begun(owner)
    before = saved(listing)
    response = autosave(client, listing, basis_of(client, listing), title="长" * 201)
    assert response.status_code == 200
    assert "还没有保存" in response.content.decode()
    assert saved(listing) == before


def test_saving_the_same_words_again_is_no_event() -> None:
    owner = make_actor()
    client, listing = browser(owner), begun(owner)
    first = autosave(client, listing, basis_of(client, listing))
    count = Event.objects.count()
    autosave(client, listing, first.context["basis"].mark)
    assert Event.objects.count() == count


def test_a_submitted_need_is_not_changed_by_a_window_left_open() -> None:
    owner = make_actor()
    client, listing = browser(owner), begun(owner)
    old = basis_of(client, listing)
    submit_listing(actor=owner, listing=listing)
    before = saved(listing)
    assert autosave(client, listing, old).status_code == 302
    assert saved(listing) == before


def test_levels_are_drawn_while_they_are_chosen() -> None:
    make_vocabulary()
    owner = make_actor()
    client, listing = browser(owner), begun(owner)
    data = {"current-data": "1", "target-data": "3", "action": "autosave"}
    response = client.post(address(listing, "maturity"), data)
    page = response.content.decode()
    assert 'id="radar" hx-swap-oob="true"' in page
    assert saved(listing)["maturity"] == [{"domain": "data", "current": 1, "target": 3}]
    assert 'class="radar"' in client.get(address(listing, "maturity")).content.decode()


def test_photos_come_with_the_words() -> None:
    picture = io.BytesIO()
    Image.new("RGB", (40, 30), "red").save(picture, "PNG")
    upload = SimpleUploadedFile("scratch.png", picture.getvalue(), content_type="image/png")
    client = browser(make_actor())
    response = client.post(reverse("catalog:need_create"), {**WORDS, "photos": [upload]})
    assert response.status_code == 302
    assert Attachment.objects.get().kind == AttachmentKind.PHOTO


def test_a_photo_that_is_none_is_refused_and_the_words_are_kept() -> None:
    upload = SimpleUploadedFile("scratch.png", b"MZ not a picture", content_type="image/png")
    client = browser(make_actor())
    data = {**WORDS, "photos": [upload]}
    response = client.post(reverse("catalog:need_create"), data, follow=True)
    assert "没有上传" in response.content.decode()
    assert not Attachment.objects.exists()
    assert saved(Listing.objects.get())["title"] == WORDS["title"]


def test_photos_are_kept_though_the_words_beside_them_are_not_in_order() -> None:
    picture = io.BytesIO()
    Image.new("RGB", (40, 30), "red").save(picture, "PNG")
    upload = SimpleUploadedFile("scratch.png", picture.getvalue(), content_type="image/png")
    client = browser(make_actor())
    url = f"{reverse('catalog:need_create')}?draft=mine"
    wrong = {"title": WORDS["title"], "situation": "长" * 10_001, "photos": [upload]}
    refused = client.post(url, wrong)
    assert refused.status_code == 422
    assert "不必重新选择" in refused.content.decode()
    assert client.post(url, WORDS).status_code == 302
    listing = Listing.objects.get()
    assert saved(listing)["title"] == WORDS["title"]
    assert Attachment.objects.get().listing == listing
