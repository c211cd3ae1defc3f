"""'Gebruikers': who works at this office, and what each of them may do. For the manager."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from portal import colleagues, invitations
from portal.access import Right, SignedInRequest, requires
from portal.forms import InviteForm, RoleForm
from portal.models import Invitation, User
from portal.people_tables import InvitationTable, UserTable
from portal.tables import paged

UNPROCESSABLE = 422
managers_only = requires(
    Right.MANAGE, "Gebruikers beheren kan alleen een beheerder. Vraag de beheerder van uw kantoor."
)


@managers_only
@require_safe
def users(request: SignedInRequest) -> HttpResponse:
    invited = Invitation.objects.visible_to(request.user).select_related("invited_by").order_by("name", "pk")
    table = paged(UserTable(colleagues.colleagues_of(request.user)), request)
    return render(request, "portal/users.html", {"table": table, "invited": InvitationTable(invited, prefix="u-")})


@managers_only
@require_safe
def user(request: SignedInRequest, pk: int) -> HttpResponse:
    colleague = found(request, pk)
    return user_page(request, colleague, RoleForm(instance=colleague))


def user_page(request: SignedInRequest, colleague: User, form: RoleForm, status: int = 200) -> HttpResponse:
    return render(request, "portal/user.html", {"colleague": colleague, "form": form}, status=status)


def found(request: SignedInRequest, pk: int) -> User:
    return get_object_or_404(colleagues.colleagues_of(request.user), pk=pk)


@managers_only
@require_POST
def change_role(request: SignedInRequest, pk: int) -> HttpResponse:
    colleague = found(request, pk)
    form = RoleForm(request.POST)
    if not form.is_valid():
        return user_page(request, colleague, form, status=UNPROCESSABLE)
    done = colleagues.change_role(request.user, colleague, form.cleaned_data["role"])
    return told(request, colleague, done, f"{colleague.name} is nu {colleague.get_role_display().lower()}.")


@managers_only
@require_POST
def block(request: SignedInRequest, pk: int) -> HttpResponse:
    colleague = found(request, pk)
    done = colleagues.block(request.user, colleague)
    return told(request, colleague, done, f"{colleague.name} is geblokkeerd en overal uitgelogd.")


@managers_only
@require_POST
def unblock(request: SignedInRequest, pk: int) -> HttpResponse:
    colleague = found(request, pk)
    colleagues.unblock(request.user, colleague)
    return told(request, colleague, True, f"{colleague.name} kan weer inloggen.")


@managers_only
@require_POST
def switch_off_second_step(request: SignedInRequest, pk: int) -> HttpResponse:
    colleague = found(request, pk)
    done = colleagues.switch_off_second_step(request.user, colleague)
    sentence = f"{colleague.name} logt nu met alleen een wachtwoord in en kan een nieuwe tweede stap instellen."
    return told(request, colleague, done, sentence)


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
    form = InviteForm(request.POST if request.method == "POST" else None, office=request.user.office)
    if not form.is_valid():
        return render(request, "portal/invite.html", {"form": form}, status=UNPROCESSABLE if form.is_bound else 200)
    invitation = form.save(commit=False)
    invitations.invite(request.user, invitation)
    return sent(request, invitation)


@managers_only
@require_POST
def invite_again(request: SignedInRequest, pk: int) -> HttpResponse:
    invitation = get_object_or_404(Invitation.objects.visible_to(request.user), pk=pk)
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
    days = invitations.days_of_grace()
    messages.success(request, f"De uitnodiging is verstuurd aan {invitation.email}. De link werkt {days} dagen.")
    return redirect("users")
