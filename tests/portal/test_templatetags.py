import re

import pytest
from django import forms
from django.template import Context, Template
from hypothesis import given
from hypothesis import strategies as st

from portal.templatetags.portal import STATE_ICONS
from portal.widgets import RadioCards, TextInput


def render(text, **context):
    return " ".join(Template("{% load portal %}" + text).render(Context(context)).split())


class Choice(forms.Form):
    name = forms.CharField(label="Naam", help_text="Zoals in het dossier.", widget=TextInput())
    status = forms.ChoiceField(
        label="Status",
        choices=[("akkoord", "Akkoord"), ("bezwaar", "Bezwaar ingediend")],
        widget=RadioCards(meanings={"akkoord": "De aanslag klopt."}),
    )
    note = forms.CharField(label="Opmerking", required=False, widget=TextInput())


def test_a_number_is_masked():
    assert render("{{ number|masked }}", number="123456782") == "•••••6782"
    assert render("{{ name|masked_within }}", name="<123456782>.xml") == "&lt;•••••6782&gt;.xml"


def test_every_icon_that_a_state_gets_stands_in_the_sprite(settings):
    sprite = (settings.BASE_DIR / "static/img/icons.svg").read_text()
    for name in {*STATE_ICONS.values(), "dash"}:
        assert f'id="{name}"' in sprite


def test_a_badge_is_an_icon_and_a_word():
    html = render('{% badge "good" "Nieuw" %}')
    assert 'data-state="good"' in html
    assert "#check" in html
    assert "Nieuw" in html


@given(st.dictionaries(st.sampled_from(["new", "failed", "unchanged"]), st.integers(0, 10**6)))
def test_the_parts_of_a_bar_touch_and_stay_within_it(parts):
    html = render("{% stacked_bar 'in woorden' parts %}", parts=parts)
    edge = 0
    for x, width in re.findall(r'x="(\d+)" width="(\d+)"', html):
        assert int(x) == edge
        edge = int(x) + int(width)
    assert edge == (1000 if any(parts.values()) else 0)
    assert 'aria-label="in woorden"' in html


def test_a_field_has_its_label_hint_and_error_tied_to_it():
    html = render("{{ form.name.as_field_group }}", form=Choice({}))
    assert '<label class="label" for="id_name">Naam' in html
    assert 'aria-describedby="id_name_helptext id_name_error"' in html
    assert 'id="id_name_helptext"' in html
    assert 'id="id_name_error"' in html
    assert 'aria-invalid="true"' in html


def test_a_choice_says_in_one_line_what_it_means():
    html = render("{{ form.status.as_field_group }}", form=Choice({"name": "x", "status": "akkoord"}))
    assert "<legend" in html
    assert "De aanslag klopt." in html
    assert html.count("checked") == 1


def test_what_may_stay_empty_says_so():
    assert "(mag leeg blijven)" in render("{{ form.note.as_field_group }}", form=Choice())
    assert "(mag leeg blijven)" not in render("{{ form.name.as_field_group }}", form=Choice())


@pytest.mark.parametrize("place", ["id_name", "id_status_0"])
def test_the_summary_leads_to_the_fields(place):
    html = render('{% include "portal/forms/error_summary.html" %}{{ form.name }}{{ form.status }}', form=Choice({}))
    assert f'href="#{place}"' in html
    assert f'id="{place}"' in html
