"""The closed lists that listings choose from; open vocabularies are rows (models/vocabulary.py)."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class ListingKind(models.TextChoices):
    NEED = "need", _("需求")
    SOLUTION = "solution", _("解决方案")


class ListingState(models.TextChoices):
    DRAFT = "draft", _("草稿")
    SUBMITTED = "submitted", _("待审核")
    PUBLISHED = "published", _("已发布")
    RETURNED = "returned", _("已退回")
    ARCHIVED = "archived", _("已归档")


class RevisionState(models.TextChoices):
    DRAFT = "draft", _("草稿")
    SUBMITTED = "submitted", _("待审核")
    RETURNED = "returned", _("已退回")
    APPROVED = "approved", _("已通过")
    WITHDRAWN = "withdrawn", _("已撤回")


class FactoryGoal(models.TextChoices):
    SMART = "smart", _("智能工厂")
    UNMANNED = "unmanned", _("无人工厂")
    DIGITAL = "digital", _("数字工厂")


class IntegrationForm(models.TextChoices):
    VERTICAL = "vertical", _("纵向集成")
    HORIZONTAL = "horizontal", _("横向集成")
    END_TO_END = "end_to_end", _("端到端集成")


class NeedStage(models.TextChoices):
    EXPLORING = "exploring", _("摸底")
    APPROVED = "approved", _("已立项")
    FUNDED = "funded", _("预算已批")
    TENDERING = "tendering", _("拟招标")


class WindowReason(models.TextChoices):
    """Why the wanted dates of a need cannot move."""

    SHUTDOWN = "shutdown", _("停产检修窗口")
    GRANT = "grant", _("资金或补贴期限")
    OTHER = "other", _("其他原因")


class Criterion(models.TextChoices):
    """What a match is judged by, as far as the owner of a need may weigh it."""

    SCENARIO = "scenario", _("场景覆盖")
    TECHNICAL = "technical", _("技术契合")
    INDUSTRY = "industry", _("行业经验")
    BUDGET = "budget", _("预算契合")
    DATES = "dates", _("交付时间")
    AFTER_SALES = "after_sales", _("服务保障")
    INTEGRATION = "integration", _("集成与目标")
    OUTCOMES = "outcomes", _("项目成果")
    CERTIFICATIONS = "certifications", _("资质认定")
    MATURITY = "maturity", _("成熟度提升")
    DOMESTIC = "domestic", _("国产化")


class Procurement(models.TextChoices):
    INQUIRY = "inquiry", _("询比价")
    NEGOTIATION = "negotiation", _("竞争性谈判")
    OPEN_TENDER = "open_tender", _("公开招标")
    INVITED_TENDER = "invited_tender", _("邀请招标")
    SINGLE_SOURCE = "single_source", _("单一来源")


class ViewerStanding(models.TextChoices):
    """As what somebody outside the owning organization read a confidential field."""

    MEMBER = "member", _("对接企业")
    PARK = "park", _("园区审核")
    PLATFORM = "platform", _("平台审核")


class PriceBasis(models.TextChoices):
    UNIT = "unit", _("台")
    POINT = "point", _("点位")
    LINE = "line", _("产线")
    PROJECT = "project", _("项目")
    YEAR = "year", _("年")


class Confidentiality(models.TextChoices):
    OPEN = "open", _("公开")
    CONFIDENTIAL = "confidential", _("保密")


class BudgetVisibility(models.TextChoices):
    OWNER = "owner", _("仅本企业可见")
    PUBLIC = "public", _("公开")


class PriceVisibility(models.TextChoices):
    PUBLIC = "public", _("公开")
    MEMBERS = "members", _("登录企业可见")
    OWNER = "owner", _("仅本企业可见")


class CaseEvidence(models.TextChoices):
    STATED = "stated", _("自述")
    PARK_VERIFIED = "park_verified", _("园区核验")
    CUSTOMER_CONFIRMED = "customer_confirmed", _("客户确认")


class ProofSubject(models.TextChoices):
    """What a park is asked to check."""

    ORGANIZATION = "organization", _("企业信息")
    CERTIFICATION = "certification", _("资质证书")
    CASE = "case", _("项目案例")


class ProofState(models.TextChoices):
    WAITING = "waiting", _("待核验")
    VERIFIED = "verified", _("已核验")
    REFUSED = "refused", _("未通过")
    RETRACTED = "retracted", _("已撤回")
    WITHDRAWN = "withdrawn", _("核验已撤销")


class ProofCheck(models.TextChoices):
    """What a checker had in hand."""

    ORIGINAL = "original", _("证书或文件原件")
    REGISTRY = "registry", _("发证机构网站查询")
    CONTRACT = "contract", _("合同或订单")
    ACCEPTANCE = "acceptance", _("验收报告")
    VISIT = "visit", _("现场走访")
    CUSTOMER = "customer", _("向客户求证")


class ConfirmationState(models.TextChoices):
    ASKED = "asked", _("待客户确认")
    CONFIRMED = "confirmed", _("客户已确认")
    DECLINED = "declined", _("客户未确认")
    RETRACTED = "retracted", _("已撤回")
    WITHDRAWN = "withdrawn", _("确认已撤销")


class MandateWay(models.TextChoices):
    """How a company allowed its park to write for it."""

    PAPER = "paper", _("书面")
    MAIL = "mail", _("邮件或短信")
    VOICE = "voice", _("口头（有记录）")


class ReportReason(models.TextChoices):
    FALSE = "false", _("虚假或夸大信息")
    CONTACT = "contact", _("留联系方式引流")
    RIGHTS = "rights", _("侵权或冒用他人名义")
    SECRET = "secret", _("泄露他人商业秘密")
    BANNED = "banned", _("违法违规内容")
    OTHER = "other", _("其他")


class ReportState(models.TextChoices):
    OPEN = "open", _("待处理")
    UPHELD = "upheld", _("举报成立")
    DISMISSED = "dismissed", _("举报不成立")


class FileFormat(models.TextChoices):
    """What may be stored; catalog/files decides it by the content."""

    JPEG = "jpeg", "JPG"
    PNG = "png", "PNG"
    WEBP = "webp", "WebP"
    PDF = "pdf", "PDF"
    DOCX = "docx", "DOCX"
    XLSX = "xlsx", "XLSX"
    PPTX = "pptx", "PPTX"
    TEXT = "text", "TXT"
    CSV = "csv", "CSV"


class AttachmentKind(models.TextChoices):
    PHOTO = "photo", _("现场照片")
    DRAWING = "drawing", _("图纸")
    SPECIFICATION = "specification", _("技术规格")
    CASE_EVIDENCE = "case_evidence", _("案例证明")
    OTHER = "other", _("其他")


class RequirementLevel(models.TextChoices):
    MUST = "must", _("必须")
    SHOULD = "should", _("期望")


class RequirementKind(models.TextChoices):
    TEXT = "text", _("文字说明")
    CERTIFICATION = "certification", _("具备资质")
    SCENARIO = "scenario", _("覆盖场景")
    INTEGRATION = "integration", _("集成方式")
    INDUSTRY_CASE = "industry_case", _("有该行业案例")
    DISTRICT = "in_district", _("位于或服务该地区")
    DOMESTIC_SHARE = "domestic_share_min", _("国产化率不低于")
    LEAD_TIME = "lead_time_max", _("交付周期不超过")
    BUDGET = "budget_max", _("总价不超过")
    RESPONSE = "response_hours_max", _("故障响应不超过")
    ON_SITE = "on_site", _("提供驻场服务")


class ParameterKind(models.TextChoices):
    NUMBER = "number", _("数值")
    CHOICE = "choice", _("选项")
    FLAG = "flag", _("是/否")
    TEXT = "text", _("文字")


class Comparison(models.TextChoices):
    """How a need's value is held against a solution's limit."""

    AT_MOST = "at_most", _("方案上限须不低于需求值")
    AT_LEAST = "at_least", _("方案下限须不高于需求值")
    SUPPORTED = "supported", _("方案须支持该选项")
    REQUIRED = "required", _("需求为是时方案须满足")
    INFO = "info", _("仅供参考")
