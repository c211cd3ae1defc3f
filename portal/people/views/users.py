"""'Gebruikers': who works at this office, and what each of them may do. For the manager.

What changes who gets in asks first whether it is still the manager who sits there (reauthentication.py), and before
that whether one may do it at all.
"""

from collections.abc import Callable
from functools import wraps

from django.contrib import messages
from django.forms import BaseForm
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from portal.access import Right, SignedInRequest, requires
from portal.lists.table import paged
from portal.models import Invitation, User
from portal.pages import posted, status_of
from portal.people import colleagues, invitations
from portal.people.account import life_of_a_link
from portal.people.forms import InviteForm, QuestionsForm, RoleForm
from portal.people.reauthentication import interrupted, who_is_there
from portal.people.tables import InvitationTable, UserTable

managers_only = requires(
    Right.MANAGE, "Gebruikers beheren kan alleen een beheerder. Vraag de beheerder van uw kantoor."
)


@managers_only
@require_safe
def users(request: SignedInRequest) -> HttpResponse:
    interrupted(request)
    invited = Invitation.objects.visible_to(request.user).select_related("invited_by").order_by("name", "pk")
    table = paged(UserTable(colleagues.colleagues_of(request.user)), request)
    return render(
        request, "portal/people/users.html", {"table": table, "invited": InvitationTable(invited, prefix="u-")}
    )


@managers_only
@require_safe
def user(request: SignedInRequest, pk: int) -> HttpResponse:
    colleague = found(request, pk)
    if colleague.pk != request.user.pk and (asked := who_is_there(request, colleague.get_absolute_url())):
        return asked
    return user_page(request, colleague, interrupted(request))


def user_page(
    request: SignedInRequest, colleague: User, typed: dict[str, str] | None = None, wrong: BaseForm | None = None
) -> HttpResponse:
    """The page of a colleague; `wrong` is the form of it that was sent and cannot be used as it is."""
    forms = {"role": RoleForm(instance=colleague, initial=typed), "questions": QuestionsForm(initial=typed)}
    forms |= {name: wrong for name, form in forms.items() if wrong and type(form) is type(wrong)}
    context = {"colleague": colleague, "forms": forms, "form": wrong, **colleagues.questions_an_hour()}
    return render(request, "portal/people/user.html", context, status=status_of(wrong) if wrong else 200)


def found(request: SignedInRequest, pk: int) -> User:
    return get_object_or_404(colleagues.colleagues_of(request.user), pk=pk)


# --- What is done to a colleague --------------------------------------------------------------------------------------


def to_a_colleague(
    act: Callable[[SignedInRequest, User], HttpResponse],
) -> Callable[[SignedInRequest, int], HttpResponse]:
    """A verb of the manager's about somebody of the office: found first, then the question, then the act."""

    @managers_only
    @require_POST
    @wraps(act)
    def verb(request: SignedInRequest, pk: int) -> HttpResponse:
        colleague = found(request, pk)
        return who_is_there(request, colleague.get_absolute_url(), "role", "reason") or act(request, colleague)

    return verb


@to_a_colleague
def change_role(request: SignedInRequest, colleague: User) -> HttpResponse:
    form = RoleForm(request.POST)
    if not form.is_valid():
        return user_page(request, colleague, wrong=form)
    done = colleagues.change_role(request.user, colleague, form.cleaned_data["role"])
    return told(request, colleague, done, f"{colleague.name} is nu {colleague.get_role_display().lower()}.")


@to_a_colleague
def block(request: SignedInRequest, colleague: User) -> HttpResponse:
    done = colleagues.block(request.user, colleague)
    return told(request, colleague, done, f"{colleague.name} is geblokkeerd en overal uitgelogd.")


@to_a_colleague
def unblock(request: SignedInRequest, colleague: User) -> HttpResponse:
    colleagues.unblock(request.user, colleague)
    return told(request, colleague, True, f"{colleague.name} kan weer inloggen.")


@to_a_colleague
def switch_off_second_step(request: SignedInRequest, colleague: User) -> HttpResponse:
    done = colleagues.switch_off_second_step(request.user, colleague)
    sentence = f"{colleague.name} logt nu met alleen een wachtwoord in en kan een nieuwe tweede stap instellen."
    return told(request, colleague, done, sentence)


@to_a_colleague
def allow_questions(request: SignedInRequest, colleague: User) -> HttpResponse:
    form = QuestionsForm(request.POST)
    if not form.is_valid():
        return user_page(request, colleague, wrong=form)
    colleagues.allow_questions(request.user, colleague, form.cleaned_data["reason"])
    return told(request, colleague, True, f"{colleague.name} kan tot middernacht vaker zoeken op BSN/FI.")


@to_a_colleague
def forbid_questions(request: SignedInRequest, colleague: User) -> HttpResponse:
    colleagues.forbid_questions(request.user, colleague)
    return told(request, colleague, True, f"{colleague.name} zoekt weer zo vaak op BSN/FI als iedereen.")


def told(request: SignedInRequest, colleague: User, done: bool, sentence: str) -> HttpResponse:
    if done:
        messages.success(request, sentence)
    else:
        messages.error(request, "Dit kan niet: vraag het een andere beheerder van uw kantoor.")
    return redirect(colleague if request.user.office_id == colleague.office_id else "users")


# --- Inviting ---------------------------------------------------------------------------------------------------------


@managers_only
@require_http_methods(["GET", "HEAD", "POST"])
def invite(request: SignedInRequest) -> HttpResponse:
    if asked := who_is_there(request, reverse("invite"), *InviteForm.Meta.fields):
        return asked
    form = InviteForm(posted(request), by=request.user, initial=interrupted(request))
    if form.is_valid() and (why_not := invitations.too_often(request, form.cleaned_data["email"])):
        form.add_error("email", why_not)
    if not form.is_valid():
        return render(request, "portal/people/invite.html", {"form": form}, status=status_of(form))
    invitation = form.save(commit=False)
    invitations.invite(request.user, invitation)
    return sent(request, invitation)


@managers_only
@require_POST
def invite_again(request: SignedInRequest, pk: int) -> HttpResponse:
    invitation = get_object_or_404(Invitation.objects.visible_to(request.user), pk=pk)
    if asked := who_is_there(request, reverse("users")):
        return asked
    if why_not := invitations.too_often(request, invitation.email):
        messages.error(request, why_not)
        return redirect("users")
    invitations.invite_again(request.user, invitation)
    return sent(request, invitation)


@managers_only
@require_POST
def withdraw(request: SignedInRequest, pk: int) -> HttpResponse:
    invitation = get_object_or_404(Invitation.objects.visible_to(request.user), pk=pk)
    invitations.withdraw(request.user, invitation)
    messages.success(request, f"De uitnodiging aan {invitation.email} is ingetrokken; de link werkt niet meer.")
    return redirect("users")


def sent(request: SignedInRequest, invitation: Invitation) -> HttpResponse:
    messages.success(request, f"De uitnodiging is verstuurd aan {invitation.email}. De link werkt {life_of_a_link()}.")
    return redirect("users")
