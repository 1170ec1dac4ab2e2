"""The vocabularies: corrected here, and never overwritten by their data files after that."""

from django.contrib import admin
from django.forms import ModelForm
from django.http import HttpRequest

from accounts.admin_terms import KeptAdmin, TermAdmin
from catalog.models import (
    CapabilityDomain,
    CapabilityLevel,
    Certification,
    Industry,
    Parameter,
    ProjectType,
    Scenario,
    Stage,
    Synonym,
)

for model in (Stage, Industry):
    admin.site.register(model, TermAdmin)


@admin.register(Scenario)
class ScenarioAdmin(TermAdmin[Scenario]):
    list_display = (*TermAdmin.list_display, "stage")
    list_filter = ("stage", "retired")
    list_select_related = ("stage",)
    autocomplete_fields = ("stage",)


@admin.register(Certification)
class CertificationAdmin(TermAdmin[Certification]):
    list_display = (*TermAdmin.list_display, "is_licence")
    list_filter = ("is_licence", "retired")


@admin.register(CapabilityDomain)
class CapabilityDomainAdmin(TermAdmin[CapabilityDomain]):
    list_display = (*TermAdmin.list_display, "element", "domain")
    list_filter = ("element", "retired")


@admin.register(CapabilityLevel)
class CapabilityLevelAdmin(TermAdmin[CapabilityLevel]):
    list_display = (*TermAdmin.list_display, "level")


@admin.register(ProjectType)
class ProjectTypeAdmin(TermAdmin[ProjectType]):
    autocomplete_fields = ("scenarios",)


@admin.register(Parameter)
class ParameterAdmin(TermAdmin[Parameter]):
    list_display = (
        *TermAdmin.list_display,
        "project_type",
        "kind",
        "unit",
        "comparison",
        "hard",
    )
    list_filter = ("project_type", "kind", "comparison", "hard", "retired")
    list_select_related = ("project_type",)
    autocomplete_fields = ("project_type",)


@admin.register(Synonym)
class SynonymAdmin(KeptAdmin[Synonym]):
    list_display = ("__str__", "code", "source", "retired", "edited_by_admin")
    list_filter = ("retired", "edited_by_admin")
    search_fields = ("words", "code")
    fields = ("words", "source", "retired", "code", "edited_by_admin")
    # The code ties a group to the data file; a group made here has none.
    readonly_fields = ("code", "edited_by_admin")

    def save_model(
        self,
        request: HttpRequest,
        obj: Synonym,
        form: "ModelForm[Synonym]",
        change: bool,
    ) -> None:
        # The data files are loaded again with each release: what was decided here stays.
        obj.edited_by_admin = True
        super().save_model(request, obj, form, change)
