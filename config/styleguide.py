"""The live page of all components, in development only, with a form that has something wrong."""

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe


class SampleForm(forms.Form):
    name = forms.CharField(label="名称", max_length=40, help_text="显示在列表里。")
    size = forms.ChoiceField(label="规模", choices=[("s", "小型"), ("m", "中型")], required=False)


SampleRows = forms.formset_factory(SampleForm, extra=1, can_delete=True)


@require_safe
def styleguide(request: HttpRequest) -> HttpResponse:
    context = {"form": SampleForm({"name": "", "size": "s"}), "formset": SampleRows(prefix="rows")}
    return render(request, "styleguide.html", context)
