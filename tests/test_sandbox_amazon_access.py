"""Who may call the sandbox's Amazon, how often, and what bad weather looks like from outside."""

from __future__ import annotations

import pytest
import requests

from channelkit.sandbox.server import Running
from tests.amazon_caller import AmazonCaller
from tests.conftest import RunSandbox

ANY = "/sellers/v1/marketplaceParticipations"


@pytest.fixture
def caller(run_sandbox: RunSandbox) -> AmazonCaller:
    return AmazonCaller(run_sandbox(speed=0, products=50, quiet=True))


def test_a_refresh_token_buys_an_access_token(caller: AmazonCaller) -> None:
    answer = caller.sign_in()
    assert answer.status_code == 200
    assert answer.json()["token_type"] == "bearer"
    assert answer.json()["expires_in"] == 3600
    assert caller.call("GET", ANY).status_code == 200


@pytest.mark.parametrize(
    ("changes", "status", "error"),
    [
        ({"refresh_token": "Atzr|somebody"}, 400, "invalid_grant"),
        ({"client_secret": "rotated"}, 401, "invalid_client"),
        ({"client_id": "nobody"}, 401, "invalid_client"),
        ({"grant_type": "password"}, 400, "unsupported_grant_type"),
        ({"refresh_token": ""}, 400, "invalid_request"),
    ],
)
def test_a_wrong_sign_in_is_refused_in_amazons_words(
    caller: AmazonCaller, changes: dict[str, str], status: int, error: str
) -> None:
    answer = caller.sign_in(**changes)
    assert (answer.status_code, answer.json()["error"]) == (status, error)


def test_an_access_token_expires_by_the_sandboxs_time(caller: AmazonCaller) -> None:
    caller.sign_in()
    caller.running.world.clock.skip(3599)
    assert caller.call("GET", ANY).status_code == 200
    caller.running.world.clock.skip(2)
    answer = caller.call("GET", ANY)
    assert answer.status_code == 403
    assert "expired" in answer.json()["errors"][0]["details"]


def test_a_call_without_a_token_is_refused(caller: AmazonCaller) -> None:
    answer = requests.get(caller.running.ready["amazon"]["na"] + ANY, timeout=10)
    assert (answer.status_code, answer.json()["errors"][0]["code"]) == (403, "Unauthorized")


def test_one_sellers_token_never_reads_anothers_listings(caller: AmazonCaller) -> None:
    other = AmazonCaller(caller.running, "de")
    answer = caller.call("GET", other.items(), marketplaceIds=other.store["marketplace_id"])
    assert answer.status_code == 403
    assert caller.call("GET", caller.items(), marketplaceIds=other.store["marketplace_id"]).status_code == 403
    report_id = other.create_report()
    assert caller.call("GET", f"/reports/2021-06-30/reports/{report_id}").status_code == 404


def test_each_answer_has_a_request_id_the_rate_and_the_sandboxs_date(caller: AmazonCaller) -> None:
    first, second = caller.call("GET", ANY), caller.call("GET", ANY)
    assert first.headers["x-amzn-RequestId"] != second.headers["x-amzn-RequestId"]
    assert first.headers["x-amzn-RateLimit-Limit"] == "0.016"
    caller.running.world.clock.skip(86_400)
    caller.sign_in()
    assert caller.call("GET", ANY).headers["Date"] != first.headers["Date"]


def test_a_seller_learns_its_marketplaces_and_a_place_that_is_none(caller: AmazonCaller) -> None:
    rows = caller.call("GET", ANY).json()["payload"]
    assert [row["marketplace"]["countryCode"] for row in rows] == ["US", "CA", "US"]
    assert rows[0]["marketplace"]["id"] == "ATVPDKIKX0DER"
    assert rows[2]["marketplace"]["domainName"] == "iba.login.amazon.com"
    account = caller.call("GET", "/sellers/v1/account").json()["payload"]
    assert account["marketplaceParticipationList"] == rows


def test_the_published_quota_is_kept_per_seller_and_in_sandbox_time(caller: AmazonCaller) -> None:
    statuses = [caller.call("GET", ANY).status_code for _ in range(16)]
    assert statuses == [200] * 15 + [429]
    refused = caller.call("GET", ANY)
    assert refused.json()["errors"][0]["code"] == "QuotaExceeded"
    assert refused.headers["x-amzn-RateLimit-Limit"] == "0.016"
    assert AmazonCaller(caller.running, "de").call("GET", ANY).status_code == 200
    caller.running.world.clock.skip(1 / 0.016)
    assert [caller.call("GET", ANY).status_code for _ in range(2)] == [200, 429]


def test_quotas_can_be_switched_off(run_sandbox: RunSandbox) -> None:
    caller = AmazonCaller(run_sandbox(speed=0, products=50, quiet=True, throttling=False))
    assert {caller.call("GET", ANY).status_code for _ in range(40)} == {200}


@pytest.mark.parametrize(
    ("kind", "status"), [("throttle", 429), ("throttle_without_header", 429), ("server_error", 500)]
)
def test_weather_strikes_once_and_in_amazons_envelope(caller: AmazonCaller, kind: str, status: int) -> None:
    caller.running.faults.add(kind, "getMarketplaceParticipations")
    struck = caller.call("GET", ANY)
    assert struck.status_code == status
    assert struck.json()["errors"][0]["code"]
    assert ("x-amzn-RateLimit-Limit" in struck.headers) == (kind == "throttle")
    assert caller.call("GET", ANY).status_code == 200


def test_a_gateways_page_is_html_and_a_broken_body_no_json(caller: AmazonCaller) -> None:
    caller.running.faults.add("html_503", "getMarketplaceParticipations")
    page = caller.call("GET", ANY)
    assert (page.status_code, page.headers["content-type"]) == (503, "text/html")
    caller.running.faults.add("not_json", "getReports")
    assert caller.call("GET", "/reports/2021-06-30/reports").text.startswith("<html>")


@pytest.mark.parametrize("kind", ["reset", "lost_answer"])
def test_a_reset_connection_gives_no_answer_and_the_next_call_does(caller: AmazonCaller, kind: str) -> None:
    caller.sign_in()
    caller.running.faults.add(kind, "createReport")
    with pytest.raises(requests.ConnectionError):
        caller.create_report()
    done = caller.call("GET", "/reports/2021-06-30/reports", reportTypes="GET_MERCHANT_LISTINGS_ALL_DATA")
    assert len(done.json()["reports"]) == (1 if kind == "lost_answer" else 0)


def test_tokens_can_be_expired_and_revoked_and_a_role_can_be_missing(caller: AmazonCaller) -> None:
    caller.sign_in()
    faults = caller.running.faults
    faults.add("token_expired", "getMarketplaceParticipations")
    assert caller.call("GET", ANY).status_code == 403
    caller.sign_in()
    assert caller.call("GET", ANY).status_code == 200
    faults.add("forbidden", "getMarketplaceParticipations")
    assert caller.call("GET", ANY).json()["errors"][0]["code"] == "Unauthorized"
    faults.add("token_revoked", "token")
    assert caller.sign_in().json()["error"] == "invalid_grant"


def test_the_weather_is_set_listed_and_cleared_over_http(caller: AmazonCaller) -> None:
    address = caller.running.ready["amazon"]["na"] + "/sandbox/faults"
    set_one = requests.post(address, json={"kind": "throttle", "operation": "getReport", "count": 2}, timeout=10)
    assert set_one.json() == [{"kind": "throttle", "operation": "getReport", "count": 2, "rate": 1.0, "amount": 0.0}]
    assert caller.call("GET", "/reports/2021-06-30/reports/1").status_code == 429
    assert requests.get(address, timeout=10).json()[0]["count"] == 1
    assert requests.delete(address, timeout=10).json() == []
    wrong = requests.post(address, json={"kind": "rain"}, timeout=10)
    assert wrong.status_code == 400
    assert "throttle" in wrong.json()["error"]


def test_the_servers_clock_can_be_wrong(caller: AmazonCaller) -> None:
    caller.sign_in()
    fair = caller.call("GET", ANY).headers["Date"]
    caller.running.faults.add("skewed_clock", amount=-86_400)
    assert caller.call("GET", ANY).headers["Date"] != fair
    assert caller.call("GET", ANY).headers["Date"] == fair


def test_an_address_that_is_no_operation_is_refused(caller: AmazonCaller) -> None:
    assert caller.call("GET", "/orders/v9").status_code == 403


def test_one_line_says_all_that_a_client_needs(sandbox: Running) -> None:
    ready = sandbox.ready
    assert set(ready) == {"amazon", "token_url", "commerce", "stores", "commerce_credentials", "clock"}
    assert [store["name"] for store in ready["stores"]] == ["us", "de"]
    assert set(ready["amazon"]) == {"na", "eu", "fe"}
    assert ready["clock"]["speed"] == 600.0
