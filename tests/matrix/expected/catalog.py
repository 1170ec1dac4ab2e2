"""Listings: what everybody reads, what owners write, what moderators decide."""

from datetime import timedelta

from django.utils import timezone

from tests.matrix.subjects import (
    ATTACHMENT,
    CONFIRMATION,
    MANDATE,
    NEED,
    ORGANIZATION,
    PROOF,
    PROOF_FILE,
    REPORT,
    REVISION,
    SCENARIO,
    SEARCH,
    SOLUTION,
    VISIT_DRAFT,
)
from tests.matrix.table import EDITORS, MEMBERS, PUBLIC, SIGNED_IN, Row, done, moved, refused, see

_PUBLISHED = "oOP"
_READERS = {
    "all": _PUBLISHED,
    "members": "ad",
    # What was ever submitted is the moderating park's business, a draft is not.
    "park": "aA",
    "admin": "adAD",
}
# Of a confidential need: its own people and those who check it.
_OPENING = see(all=_PUBLISHED, members="adc", park="aAcC", admin="adADcC")

ROWS = (
    Row("catalog:need_list", get=see(all="-"), denied=PUBLIC),
    Row("catalog:need_detail", of=NEED, get=see(**_READERS), denied=PUBLIC),
    # Who looked at a need is told to its own people alone.
    Row("catalog:need_viewers", of=NEED, get=see(members="oad"), denied=MEMBERS),
    Row("catalog:solution_list", get=see(all="-"), denied=PUBLIC),
    Row("catalog:solution_detail", of=SOLUTION, get=see(**_READERS), denied=PUBLIC),
    Row("catalog:suggestions", get=see(all="-"), denied=PUBLIC, query="?q=zdh"),
    Row("catalog:compare", get=see(all="-"), denied=PUBLIC),
    Row("catalog:searches", get=see(signed_in="-")),
    Row(
        "catalog:search_save",
        post=done(signed_in="-"),
        data={"kind": "need", "query": "q=检测", "name": "检测"},
    ),
    Row("catalog:search_open", of=SEARCH, post=done(signed_in="o")),
    Row("catalog:search_delete", of=SEARCH, post=done(signed_in="o")),
    Row("catalog:scenario_list", get=see(all="-"), denied=PUBLIC),
    Row("catalog:scenario_detail", of=SCENARIO, get=see(all="o"), denied=PUBLIC),
    Row(
        "catalog:need_create",
        get=moved(writers="-"),
        post=done(writers="-"),
        data={"title": "铸件表面缺陷检测", "situation": "人工目检漏检率高。"},
        denied=EDITORS,
    ),
    Row(
        "catalog:need_edit",
        of=NEED,
        get=see(writers="od") + moved(writers="a"),
        post=done(writers="od") + moved(writers="a"),
        data={"title": "铸件表面缺陷检测", "situation": "人工目检漏检率高。"},
        denied=EDITORS,
    ),
    Row(
        "catalog:solution_create",
        get=moved(writers="-"),
        post=done(writers="-"),
        data={"title": "视觉检测单元", "summary": "面向铸件的在线检测。"},
        denied=EDITORS,
    ),
    Row(
        "catalog:solution_edit",
        of=SOLUTION,
        get=see(writers="od") + moved(writers="a"),
        post=done(writers="od") + moved(writers="a"),
        data={"title": "视觉检测单元", "summary": "面向铸件的在线检测。"},
        denied=EDITORS,
    ),
    Row("catalog:case_template", of=SOLUTION, get=see(writers="oad"), denied=EDITORS),
    # Without a file there is nothing to preview.
    Row(
        "catalog:case_import",
        of=SOLUTION,
        get=see(writers="od") + moved(writers="a"),
        post=refused(writers="od") + moved(writers="a"),
        denied=EDITORS,
    ),
    # Answers a question; nothing is written.
    Row("catalog:need_risk", of=NEED, post=refused(writers="oad"), denied=EDITORS),
    # What an organization sent to be checked: its own people's, and those who check it.
    Row(
        "catalog:proofs",
        of=ORGANIZATION,
        get=see(members="o", park="oOA", other_park="P", admin="oOPA"),
    ),
    # Without a file there is nothing to check.
    Row("catalog:proof_ask", of=ORGANIZATION, get=see(writers="o"), post=refused(writers="o")),
    # No case is named here, and only a case leads to a page.
    Row("catalog:confirmation_ask", of=ORGANIZATION, get=see(), post=done()),
    Row(
        "catalog:proof",
        of=PROOF,
        get=see(members="o", park="oO", other_park="P", admin="oOP"),
    ),
    Row(
        "catalog:proof_decide",
        of=PROOF,
        post=done(park="oO", other_park="P", admin="oOP"),
        data={"decision": "refuse", "reason": "材料不清晰"},
    ),
    Row(
        "catalog:proof_file",
        of=PROOF_FILE,
        get=see(members="o", park="oO", other_park="P", admin="oOP"),
    ),
    Row("catalog:proof_queue", get=see(park="-", other_park="-", admin="-")),
    Row("catalog:confirmation", of=CONFIRMATION, get=see(members="o")),
    Row(
        "catalog:confirmation_answer",
        of=CONFIRMATION,
        post=done(writers="o"),
        data={"decision": "decline", "reason": "没有这个项目"},
    ),
    Row("catalog:mandate_list", get=see(park="-", other_park="-", admin="-")),
    Row(
        "catalog:organization_mandates",
        of=ORGANIZATION,
        get=see(members="o", park="oOA", other_park="P", admin="oOPA"),
    ),
    Row(
        "catalog:mandate_record",
        of=ORGANIZATION,
        get=see(park="oO", other_park="P", admin="oOP"),
        post=done(park="oO", other_park="P", admin="oOP"),
        data={
            "given_by": "设备部经理",
            "way": "voice",
            "given_on": str(timezone.localdate()),
            # Modules are read a quarter of an hour before the last test: midnight may lie between.
            "valid_until": str(timezone.localdate() + timedelta(days=90)),
        },
    ),
    Row(
        "catalog:mandate_revoke",
        of=MANDATE,
        post=done(writers="o", park="oO", other_park="P", admin="oOP"),
    ),
    Row(
        "catalog:visit_draft_write",
        of=MANDATE,
        get=see(park="oO", other_park="P", admin="oOP"),
        post=done(park="oO", other_park="P", admin="oOP"),
        data={"title": "铸件表面缺陷检测", "situation": "人工目检漏检率高。"},
    ),
    Row(
        "catalog:visit_draft",
        of=VISIT_DRAFT,
        get=see(park="oO", other_park="P", admin="oOP"),
        post=done(park="oO", other_park="P", admin="oOP"),
        data={"title": "铸件表面缺陷检测", "situation": "人工目检漏检率高。"},
    ),
    # Every reader, of what others show; nobody reports their own.
    Row(
        "catalog:report_listing",
        of=NEED,
        get=see(all="OP", homeless="o", anonymous="o"),
        post=done(all="OP", homeless="o", anonymous="o"),
        data={"reason": "false", "words": "参数与样本不符"},
        denied=PUBLIC,
    ),
    Row(
        "catalog:report_organization",
        of=ORGANIZATION,
        get=see(all="OP", homeless="o", anonymous="o", park="A", admin="A"),
        post=done(all="OP", homeless="o", anonymous="o", park="A", admin="A"),
        data={"reason": "rights"},
        denied=PUBLIC,
    ),
    Row("catalog:my_reports", get=see(signed_in="-")),
    Row("catalog:report_queue", get=see(park="-", other_park="-", admin="-")),
    Row(
        "catalog:report",
        of=REPORT,
        get=see(park="oO", other_park="P", admin="oOP"),
        post=done(park="oO", other_park="P", admin="oOP"),
        data={"upheld": "no", "answer": "内容属实"},
    ),
    Row("catalog:my_listings", get=see(members="-"), denied=MEMBERS),
    # A draft is submitted; of the others there is nothing to submit or take back.
    Row(
        "catalog:listing_submit",
        of=NEED,
        post=done(writers="d") + moved(writers="oa"),
        denied=EDITORS,
    ),
    Row(
        "catalog:listing_withdraw",
        of=NEED,
        post=done(writers="d") + moved(writers="oa"),
        denied=EDITORS,
    ),
    Row(
        "catalog:listing_archive",
        of=NEED,
        post=done(writers="od") + moved(writers="a"),
        denied=EDITORS,
    ),
    # None of these was returned, so there is nothing to answer.
    Row(
        "catalog:listing_answer",
        of=NEED,
        post=moved(writers="oad"),
        data={"text": "节拍写在参数里了"},
        denied=EDITORS,
    ),
    # Without a file nothing is written.
    Row("catalog:attachment_add", of=NEED, post=moved(writers="oad"), denied=EDITORS),
    Row("catalog:attachment", of=ATTACHMENT, get=_OPENING, denied=PUBLIC),
    Row("catalog:attachment_thumbnail", of=ATTACHMENT, get=_OPENING, denied=PUBLIC),
    Row(
        "catalog:attachment_remove",
        of=ATTACHMENT,
        post=done(writers="oadc"),
        denied=EDITORS,
    ),
    # There is nothing that waits for a review.
    Row(
        "catalog:attachments_review",
        of=NEED,
        post=moved(park="oaOA", other_park="P", admin="oadOADP"),
        denied=SIGNED_IN,
    ),
    Row("catalog:moderation_queue", get=see(park="-", other_park="-", admin="-"), denied=SIGNED_IN),
    Row(
        "catalog:moderation_review",
        of=REVISION,
        get=see(park="oO", other_park="P", admin="oOP"),
        denied=SIGNED_IN,
    ),
    Row(
        "catalog:moderation_decide",
        of=REVISION,
        # Without the mark of the submission that was looked at nothing is decided.
        post=moved(park="oO", other_park="P", admin="oOP"),
        denied=SIGNED_IN,
    ),
    Row(
        "catalog:moderation_claim",
        of=REVISION,
        post=done(park="oO", other_park="P", admin="oOP"),
        data={"claim": "claim"},
        denied=SIGNED_IN,
    ),
    Row(
        "catalog:moderation_figures",
        get=see(park="-", other_park="-", admin="-"),
        denied=SIGNED_IN,
    ),
    Row(
        "catalog:moderation_report",
        get=see(park="-", other_park="-", admin="-"),
        denied=SIGNED_IN,
    ),
    Row(
        "catalog:moderation_publish_many",
        # Nothing is chosen.
        post=moved(park="-", other_park="-", admin="-"),
        denied=SIGNED_IN,
    ),
)
