"""Signing in, guessing, signing out; making accounts; sharing by link."""

from __future__ import annotations

from io import StringIO

import pytest
from django.contrib.auth.models import User
from django.core.management import CommandError, call_command
from django.test import Client

from dashboard.access import address_of
from flows.models import Execution

pytestmark = pytest.mark.django_db(databases=["default", "checkpoints"])

PASSWORD = "correct horse battery"


@pytest.fixture
def carol(db):
    return User.objects.create_user("carol", password=PASSWORD)


def _sign_in(browser, password=PASSWORD, next_=""):
    return browser.post("/sign-in/", {"username": "carol", "password": password, "next": next_})


def test_who_signs_in_goes_on_to_the_page_she_wanted(hosted, carol, execution):
    browser = Client()
    wanted = f"/executions/{execution.pk}/"
    assert f"/sign-in/?next={wanted}" in browser.get(wanted).content.decode()
    answer = _sign_in(browser, next_=wanted)
    assert (answer.status_code, answer.url) == (302, wanted)
    assert "Sign out" in browser.get("/").content.decode()


def test_nobody_is_sent_to_another_site_by_signing_in(hosted, carol):
    assert _sign_in(Client(), next_="https://evil.example/").url == "/"


def test_a_wrong_password_is_said_without_saying_whether_the_name_exists(hosted, carol):
    browser = Client()
    wrong = _sign_in(browser, "guess").content.decode()
    nobody = browser.post("/sign-in/", {"username": "nobody", "password": "guess"}).content.decode()
    assert "No account has this name and this password." in wrong
    assert wrong.replace("carol", "").count("alert") == nobody.count("alert") == 1


def test_after_ten_wrong_guesses_even_the_right_password_waits(hosted, carol):
    browser = Client()
    answers = [_sign_in(browser, f"guess {number}").status_code for number in range(10)]
    assert answers == [200] * 9 + [429]
    refused = _sign_in(browser)
    assert refused.status_code == 429
    assert "Try again in 15 minutes" in refused.content.decode()
    assert _sign_in(Client(REMOTE_ADDR="10.0.0.9")).status_code == 302


def test_behind_a_proxy_a_strangers_guesses_do_not_shut_out_the_owner_of_the_name(hosted, carol, settings):
    settings.PROXIES = 1

    def browser(address):
        return Client(REMOTE_ADDR="10.0.0.1", headers={"x-forwarded-for": address})

    for number in range(10):
        locked = _sign_in(browser(f"192.0.2.{number}, 203.0.113.5"), "guess")  # what stands before the last is made up
    assert locked.status_code == 429
    assert _sign_in(browser("198.51.100.7")).status_code == 302


@pytest.mark.parametrize(
    ("proxies", "header", "address"),
    [
        (0, "198.51.100.7", "10.0.0.1"),
        (1, "192.0.2.1, 198.51.100.7", "198.51.100.7"),
        (2, "198.51.100.7, 203.0.113.5", "198.51.100.7"),
        (2, "198.51.100.7", "10.0.0.1"),
        (1, "2001:DB8::1", "2001:db8::1"),
        (1, "unknown", "10.0.0.1"),
    ],
)
def test_who_asks_is_who_the_outermost_of_our_proxies_saw(settings, rf, proxies, header, address):
    settings.PROXIES = proxies
    assert address_of(rf.get("/", REMOTE_ADDR="10.0.0.1", headers={"x-forwarded-for": header})) == address


def test_who_signs_out_is_a_visitor_again(hosted, carol):
    browser = Client()
    _sign_in(browser)
    browser.post("/sign-out/")
    assert "Sign out" not in browser.get("/").content.decode()


def test_on_ones_own_machine_there_is_nobody_to_sign_in(local):
    assert local.get("/sign-in/").url == "/"
    assert "Sign in" not in local.get("/").content.decode()


# ── making accounts ───────────────────────────────────────────────────────────────────────────────────────────────────


def _add_account(monkeypatch, *arguments, password):
    monkeypatch.setattr("sys.stdin", StringIO(password + "\n"))
    call_command("add_account", *arguments, stdout=StringIO())


def test_an_account_is_made_and_gets_a_new_password_on_the_command_line(db, monkeypatch):
    _add_account(monkeypatch, "dave", password="first long password")
    _add_account(monkeypatch, "dave", "--new-password", password="second long password")
    dave = User.objects.get()
    assert (dave.username, dave.check_password("second long password"), dave.is_staff) == ("dave", True, False)


@pytest.mark.parametrize(
    ("arguments", "password", "said"),
    [
        (("carol",), PASSWORD, "has an account"),
        (("dave", "--new-password"), PASSWORD, "no account dave"),
        (("dave",), "password", "too common"),
        (("d/ve",), PASSWORD, "valid username"),
    ],
)
def test_what_cannot_be_an_account_is_refused_in_words(carol, monkeypatch, arguments, password, said):
    with pytest.raises(CommandError, match=said):
        _add_account(monkeypatch, *arguments, password=password)
    assert User.objects.count() == 1


# ── sharing ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_what_is_shared_can_be_seen_by_link_until_it_is_not(hosted, alice, by, execution):
    address = f"/executions/{execution.pk}/"
    by(alice).post(f"{address}share/", {"visibility": "public"})
    assert by(None).get(address).status_code == 200
    assert by(None).post(f"{address}share/", {"visibility": "private"}).status_code == 403
    by(alice).post(f"{address}share/", {"visibility": "private"})
    assert by(None).get(address).status_code == 404


def test_what_is_shared_by_link_is_in_nobody_elses_lists(hosted, alice, bob, by, execution, topology):
    for address in (f"/executions/{execution.pk}/", f"/topologies/{topology.pk}/"):
        by(alice).post(f"{address}share/", {"visibility": "public"})
    for user, finds in ((alice, True), (bob, False), (None, False)):
        browser = by(user)
        assert (str(execution.pk) in browser.get("/executions/").content.decode()) == finds
        assert (str(topology.pk) in browser.get("/").content.decode()) == finds
        assert (str(topology.pk) in browser.get("/api/topologies").content.decode()) == finds


def test_a_fork_of_what_somebody_shared_is_ones_own_alone(hosted, alice, bob, by, execution):
    by(alice).post(f"/executions/{execution.pk}/share/", {"visibility": "public"})

    def a_fork_by(user):
        answer = by(user).post(f"/api/executions/{execution.pk}/fork", {"at": 0}, content_type="application/json")
        return Execution.objects.get(pk=answer.json()["id"])

    assert not a_fork_by(bob).is_open_to_all
    assert a_fork_by(alice).is_open_to_all


@pytest.mark.parametrize("kind", ["executions", "topologies"])
def test_a_share_page_of_what_is_no_id_is_not_there(hosted, alice, by, kind):
    assert by(alice).get(f"/{kind}/{'-' * 36}/share/").status_code == 404
    assert by(None).get(f"/{kind}/{'0' * 36}/share/").status_code == 404


def test_the_link_of_a_shared_topology_starts_an_execution_of_ones_own(hosted, alice, bob, by, topology):
    by(alice).post(f"/topologies/{topology.pk}/share/", {"visibility": "public"})
    his = by(bob).get(f"/topologies/{topology.pk}/").url
    assert Execution.objects.get(pk=his.split("/")[2]).owner == bob


def test_on_ones_own_machine_there_is_nobody_to_share_with(local, execution):
    assert local.get(f"/executions/{execution.pk}/share/").status_code == 404
