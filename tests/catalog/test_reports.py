"""What readers report, and what came of it."""

from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client
from django.urls import reverse

from accounts.actors import ANONYMOUS, Actor, actor_for
from accounts.errors import Conflict, Refused
from accounts.models import Event
from catalog.choices import ListingState, ReportState
from catalog.models import Listing, Report
from catalog.services import handle_report, report
from tests.builders import (
    make_member,
    make_need,
    make_organization,
    make_park,
    make_park_staff,
    make_solution,
    make_user,
)
from tests.catalog.test_admin import act, admin_client

pytestmark = pytest.mark.django_db


class Scene:
    def __init__(self) -> None:
        self.park = make_park()
        self.organization = make_organization(park=self.park)
        self.solution = make_solution(self.organization)
        self.staff: Actor = actor_for(make_park_staff(self.park).user)
        self.reader: Actor = actor_for(make_user())

    def report(self, actor: Actor | None = None, **given: Any) -> Report:
        return report(
            actor=actor or self.reader,
            organization=self.organization,
            listing=self.solution,
            **{"reason": "false", "words": "参数与样本不符", **given},
        )


def test_a_visitor_reports_from_the_page_and_the_park_reads_it(client: Client) -> None:
    scene = Scene()
    page = client.get(scene.solution.get_absolute_url()).content.decode()
    address = reverse("catalog:report_listing", args=[scene.solution.public_id])
    assert address in page
    sent = {"reason": "contact", "words": "图中留有微信号", "contact": "reader@example.com"}
    assert client.post(address, sent).status_code == 302
    made = Report.objects.get()
    assert (made.reporter, made.contact) == (None, "reader@example.com")
    assert scene.staff.user is not None
    client.force_login(scene.staff.user)
    queue = client.get(reverse("catalog:report_queue")).content.decode()
    assert made.get_absolute_url() in queue
    assert "图中留有微信号" in client.get(made.get_absolute_url()).content.decode()


def test_a_report_without_a_reason_is_refused_in_words_and_changes_nothing(client: Client) -> None:
    address = reverse("catalog:report_listing", args=[Scene().solution.public_id])
    answer = client.post(address, {"words": "x"})
    assert answer.status_code == 422
    assert "请选择举报原因" in answer.content.decode()
    assert not Report.objects.exists()


def test_one_persons_reports_fold_into_one_while_it_is_open() -> None:
    scene = Scene()
    first = scene.report()
    assert scene.report(reason="rights").pk == first.pk
    handle_report(actor=scene.staff, report=first, upheld=False, answer="经核对属实")
    assert scene.report().pk != first.pk
    scene.report(actor_for(make_user()))
    assert Report.objects.open().count() == 2


def test_a_park_takes_a_listing_down_and_the_reporter_reads_why(client: Client) -> None:
    scene = Scene()
    made = scene.report()
    handle_report(
        actor=scene.staff, report=made, upheld=True, answer="样本已过期，条目下架", takes_down=True
    )
    scene.solution.refresh_from_db()
    assert scene.solution.state == ListingState.ARCHIVED
    assert scene.reader.user is not None
    client.force_login(scene.reader.user)
    assert "样本已过期" in client.get(reverse("catalog:my_reports")).content.decode()
    client.force_login(make_user())
    assert "样本已过期" not in client.get(reverse("catalog:my_reports")).content.decode()


def test_the_reported_never_learn_who_reported(client: Client) -> None:
    scene = Scene()
    person = make_user(display_name="举报的人")
    made = scene.report(actor_for(person))
    owner = make_member(scene.organization).user
    client.force_login(owner)
    assert client.get(made.get_absolute_url()).status_code == 404
    for address in ("/dashboard/", scene.solution.get_absolute_url()):
        assert "举报的人" not in client.get(address).content.decode()


def test_nobody_reports_or_decides_about_their_own() -> None:
    scene = Scene()
    owner = actor_for(make_member(scene.organization).user, scene.organization)
    with pytest.raises(PermissionDenied):
        scene.report(owner)
    made = scene.report()
    for actor in (owner, ANONYMOUS, actor_for(make_park_staff(make_park()).user)):
        with pytest.raises(PermissionDenied):
            handle_report(actor=actor, report=made, upheld=False, answer="x")


def test_of_two_decisions_one_counts_and_words_are_needed() -> None:
    scene = Scene()
    made = scene.report(ANONYMOUS, contact="reader@example.com")
    other = Report.objects.get(pk=made.pk)
    with pytest.raises(Refused, match="写明"):
        handle_report(actor=scene.staff, report=made, upheld=False, answer=" ")
    handle_report(actor=scene.staff, report=made, upheld=False, answer="内容属实")
    with pytest.raises(Conflict):
        handle_report(actor=scene.staff, report=other, upheld=True, answer="下架", takes_down=True)
    made.refresh_from_db()
    assert (made.state, made.contact) == (ReportState.DISMISSED, "")
    assert Event.objects.filter(verb="report.dismissed").count() == 1


def test_what_a_reader_may_not_see_cannot_be_reported(client: Client) -> None:
    archived = make_need()
    archived.state = ListingState.ARCHIVED
    archived.save()
    nowhere = "5f0c6c5e-0000-4000-8000-000000000000"
    answers = [
        client.get(reverse("catalog:report_listing", args=[each]))
        for each in (archived.public_id, nowhere)
    ]
    assert [answer.status_code for answer in answers] == [404, 404]


def test_a_reader_who_reports_on_and_on_is_asked_to_wait(client: Client, settings: Any) -> None:
    settings.ACCOUNT_RATE_LIMITS = {"report": "2/h/ip"}
    address = reverse("catalog:report_organization", args=[Scene().organization.public_id])
    statuses = [client.post(address, {"reason": "other"}).status_code for _ in range(3)]
    assert statuses == [302, 302, 422]
    assert Report.objects.count() == 2


def test_platform_admins_decide_in_the_admin_and_do_not_read_who_reported() -> None:
    scene = Scene()
    made = scene.report(contact="reader@example.com")
    client, url = admin_client(), reverse("admin:catalog_report_changelist")
    asked = act(client, url, "handle", made).content.decode()
    assert "处理结果" in asked
    assert "reader@example.com" not in asked
    act(client, url, "handle", made, asked="yes", upheld="yes", answer="已下架", takes_down="on")
    made.refresh_from_db()
    assert made.handled_at is not None
    assert Listing.objects.get(pk=scene.solution.pk).state == "archived"
