"""The commented settings file that ``channelkit init`` writes, and the table of a store that is added to it."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

from channelkit.errors import UsageError

_START = """\
# channelkit's settings. This file can be shared: it names secrets and never holds them. A secret is named by
#   env:NAME              an environment variable
#   keyring:SERVICE/NAME  an entry of this machine's keyring (scheduled jobs usually see none)
#   file:PATH             a file that only you can read (chmod 600), from this file's folder
# Every setting can be overridden: CHANNELKIT__STORES__US__READ_ONLY=true

[commerce]
url = "https://shop.example.com"        # the base address, without /rest
auth = "oauth1"                         # or "bearer", or "ims" for Adobe Commerce as a Cloud Service
consumer_key = "your-consumer-key"      # System > Integrations: the four keys of your integration
consumer_secret = "env:COMMERCE_CONSUMER_SECRET"
access_token = "env:COMMERCE_ACCESS_TOKEN"
access_token_secret = "env:COMMERCE_ACCESS_TOKEN_SECRET"
# secret_made = 2026-11-24              # the day you made the keys, for those who change them by plan
# flavour = "accs"                      # for Adobe Commerce as a Cloud Service
# page_size = 100                       # products a page, at most 300

[commerce.attributes]                   # which attribute holds which identifier; "" where none does
seller_sku = "sku"                      # "sku" is the product's own SKU
asin = "amazon_asin"
upc = "upc"
ean = "ean"
isbn = "isbn"
gtin = ""
gcid = "gcid"                           # Amazon's own, 16 characters, for brands without barcodes
general = "name"                        # words of this one are searched on Amazon where no identifier finds anything
brand = "manufacturer"                  # what similarity compares beside the name:
model = ""                              # a model or part number is worth most; ask: channelkit match attributes
description = "description"

"""

_ACCOUNT = """\
[accounts.{name}]{heading}
seller_id = {seller_id}
region = {region}
client_id = {client_id}
client_secret = {client_secret}
refresh_token = {refresh_token}
{secret_made}
# sharing = "country"                   # stores of a region share a seller SKU's stock; "country": those of a country

"""

_STORE = """\
[stores.{name}]{heading}
account = {account}
marketplace = {marketplace}
website = {website}
store_view = {store_view}
email = {email}
label = {label}
# consent_granted = 2026-11-24          # the day the seller let the application in; consent lasts a year
read_only = false                       # true is a brake: nothing is sent, even once go-live is confirmed
import_third_party = true               # show listings that belong to no product
condition = "new_new"                   # condition of what is listed anew; "attribute": as the next three say
condition_attribute = ""                # code of the attribute that says it
conditions = {{}}                         # what it says = Amazon's word: {{ "As new" = "used_like_new" }}
condition_notes = {{}}                    # Amazon's word = your note: {{ used_like_new = "Box opened once." }}
auto_list = true                        # what is ready is listed by itself; false: it waits in Ready to List
handling_days = 2                       # from order to dispatch, for what is listed anew
fulfilled_by = "merchant"               # you send the parcels; "amazon"; or "attribute", named in the next line
fulfilled_by_attribute = ""             # its values: Fulfilled By Merchant, Fulfilled By Amazon (FBA)
sale_starts = ""                        # attributes with a product's first
sale_ends = ""                          # and last day of sale, in the marketplace's time zone; "" for none
report_hours = 24                       # hours between two complete readings of all listings
# competition_calls = 2                 # batches of 20 items a cycle asks others' prices for, as quotas allow; 0: none
out_of_stock_threshold = 0              # less than this in stock: not sold
largest_quantity = 10000                # no more than this is shown
unmanaged_quantity = 100                # shown for products whose stock Commerce does not count
import_orders = true                    # Amazon's orders become orders in Commerce; false: they are only shown

[stores.{name}.prices]                  # codes of Commerce's attributes; "" for none
source = "price"                        # where prices come from; what is empty there falls back to price
scope = "own"                           # whose value: "own" website's, "global", or of the first of "websites" with one
website_order = []                      # in which they are asked, ["us", "eu"]; the others after these
minimum = ""                            # the lowest price that may be advertised (MAP): no price goes below
list_price = ""                         # what it costs elsewhere (MSRP): struck through where it is above the price
cost = ""                               # what a unit costs you
sale = ""                               # a special price, such as special_price,
sale_from = ""                          # its first day, such as special_from_date,
sale_to = ""                            # and its last day, such as special_to_date
currency_conversion = "disabled"        # prices are in the marketplace's currency; "commerce": by Commerce's rates
vat = ""                                # percent added after all rules, "19.00"; "" for none
product_tax_code = ""                   # Amazon's, for what is listed anew on Amazon UK; "" leaves Amazon's own
business = false                        # true: businesses pay the same price, less what the next line says
tiers = []                              # at least so many units, so many percent off: [[5, "5"], [10, "8"]]
competition_hours = 4                   # hours for which what was read of others' offers is acted on
doubt_below = 50                        # an offer over so many percent below what is usual may be mistyped; 0: none
doubt_hours = 6                         # hours for which it must have been seen before it is acted on
war_falls = 4                           # lowered that often in a day, a price is in a war by cents; 0: never
war_rest_hours = 3                      # hours for which it then stays before it is lowered again
war_climb_hours = 12                    # hours after which it goes back up once; 0: never
war_small_step = 5                      # percent; a fall by more than that is no war by cents, and goes at once
fee_calls = 5                           # batches of 20 a cycle asks Amazon's fees for, where cost is named; 0: none
floor_at_cost = ""                      # percent above cost and fees below which no rule goes; "" for no such floor
largest_daily_move = 0.5                # share by which a price may move in a day without you
below_cost = true                       # hold prices below cost and fees for you

[stores.{name}.matching]
by_itself = true                        # false: similarity only ranks and suggests
precision = 0.98                        # the share of right links that answers must prove before it links by itself

[stores.{name}.orders]
store_view = ""                         # store view that orders belong to; "" for the one above
customers = "guest"                     # or "account": a customer is made where none has that e-mail
number_source = "commerce"              # Commerce's own numbers; "amazon": Amazon's, after the prefix
prefix = "AMZ-"
status = ""                             # a status of yours for new orders; "" for Commerce's
reserve_pending = false                 # true: hold stock for orders that are not paid yet
pause_scarce = true                     # offer nothing for some minutes while a scarce quantity is corrected
payment_method = "checkmo"              # written down for every order; both must be
shipping_method = "flatrate_flatrate"   # installed in Commerce
phone = "0000000000"                    # where Amazon gives none
ship_source = ""                        # source whose stock leaves when only Amazon knows of a shipment; "": you say
carriers = {{}}                           # Commerce's carrier or title = Amazon's: {{ "House courier" = "DHL" }}
cancel_call = false                     # cancel by Amazon's newer call; not every account has it
returns_hours = 24                      # hours between two readings of returns
cancelled_as = "canceled"               # or "complete"

[stores.{name}.guards]
largest_price_jump = 0.5                # a price that would move by more is held for you
largest_share = 0.3                     # a plan that would touch more of all listings is stopped

"""

_END = """\
[database]
url = "sqlite:///channelkit.db"         # or postgresql://user@host/name when two machines write
# password = "env:DATABASE_PASSWORD"
history = "history"                     # folder of what changed
keep_history_days = 0                   # days for which that is kept, with errors and runs; 0: for ever

[people]
key = "file:people.key"                 # what buyers' names and addresses are encrypted with; keep it, and no copy near
keep_days = 30                          # days after delivery until they are deleted; Amazon allows 30

[runs]
folder = "runs"                         # executed notebooks
keep_days = 7
keep_failed_days = 90

[logs]
file = "logs/channelkit.log"            # one JSON line for each thing that happened; "" for no log
level = "info"                          # "debug" also writes every call, without what was sent and answered
megabytes = 5                           # a file is turned over at this size,
files = 5                               # and so many older ones are kept

[alerts]                                # who is told of troubles; try it with: channelkit alerts test
again_hours = 24                        # hours until what lasts is told again; at once when it gets worse
cycles = 3                              # starts that a job may miss, or runs that may fail one after another
error_floor = 5                         # so many failures of one kind,
error_hours = 1                         # in so many hours, and more than twice as many as in those before
stale_minutes = 60                      # minutes since a side was last read
disk_free_gb = 1                        # gigabytes that must be free; 0 does not look
command = []                            # a program and its arguments, which reads JSON: ["/usr/local/bin/page-me"]
# webhook = "file:webhook"              # where its address is; Slack and its like read what is posted

[alerts.email]
host = ""                               # the mail server; empty: nobody is written to
port = 587
security = "starttls"                   # or "tls" (port 465), or "none" for a server on this machine
user = ""
# password = "file:mail-password"
sender = ""                             # the address that writes
to = []                                 # the addresses that are written to
"""


_COLUMN = 40
"""Where comments begin."""


def account_table(
    name: str,
    *,
    seller_id: str,
    region: str,
    client_id: str,
    client_secret: str,
    refresh_token: str,
    secret_made: date | None = None,
    heading: str = "",
) -> str:
    """Return the commented table of a seller account.

    Arguments:
        client_secret, refresh_token: references, never the secrets themselves.
        heading: a comment beside the table's name.

    >>> print(account_table("eu", seller_id="A1", region="eu", client_id="amzn1", client_secret="env:S",
    ...     refresh_token="file:t", secret_made=date(2026, 11, 24)).splitlines()[6])
    secret_made = 2026-11-24                # Amazon ends the client secret 180 days after this day
    """
    made = f"secret_made = {secret_made}" if secret_made else "# secret_made = 2026-11-24"
    return _ACCOUNT.format(
        name=name,
        heading=_comment(f"[accounts.{name}]", heading),
        seller_id=_said(seller_id, "seller_id = ", "Seller Central > Settings > Account Info > Your Merchant Token"),
        region=_said(region, "region = ", "na, eu or fe"),
        client_id=write_text(client_id),
        client_secret=write_text(client_secret),
        refresh_token=write_text(refresh_token),
        secret_made=made + _comment(made, "Amazon ends the client secret 180 days after this day"),
    )


def store_table(
    name: str,
    *,
    marketplace: str,
    website: str,
    account: str = "",
    store_view: str = "",
    email: str = "",
    label: str = "",
    heading: str = "",
) -> str:
    """Return the commented table of a new store, with what holds until somebody changes it (ON-03, ON-07).

    Arguments:
        heading: a comment beside the table's name.

    >>> print(*store_table("uk", marketplace="UK", website="base", label="Kettles & Co").splitlines()[:3], sep="\\n")
    [stores.uk]
    account = ""                            # one of the accounts; empty: not connected yet
    marketplace = "UK"                      # US, CA, MX, UK, DE, FR, ...; fixed once the store is there
    """
    return _STORE.format(
        name=name,
        heading=_comment(f"[stores.{name}]", heading),
        account=_said(account, "account = ", "one of the accounts; empty: not connected yet"),
        marketplace=_said(marketplace, "marketplace = ", "US, CA, MX, UK, DE, FR, ...; fixed once the store is there"),
        website=_said(website, "website = ", "code of the Commerce website whose stock is sold; fixed as well"),
        store_view=_said(store_view, "store_view = ", "code of the store view whose prices are shown"),
        email=_said(email, "email = ", "whom to write to about this store"),
        label=_said(label, "label = ", "what people call it"),
    )


def write_text(text: str) -> str:
    """Return text as TOML writes it.

    >>> write_text('6" pan')
    '"6\\\\" pan"'
    """
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


def _said(value: str, key: str, comment: str) -> str:
    written = write_text(value)
    return written + _comment(key + written, comment)


def _comment(before: str, comment: str) -> str:
    return f"{' ' * max(1, _COLUMN - len(before))}# {comment}" if comment else ""


_EXAMPLE_ACCOUNT = account_table(
    "na",
    seller_id="A1EXAMPLE",
    region="na",
    client_id="amzn1.application-oa2-client.example",
    client_secret="env:AMAZON_CLIENT_SECRET",  # noqa: S106 - a reference
    refresh_token="env:AMAZON_REFRESH_TOKEN",  # noqa: S106 - a reference
    heading="one seller account in one region; add more tables for more accounts",
)
_EXAMPLE_STORE = store_table(
    "us",
    account="na",
    marketplace="US",
    website="base",
    store_view="default",
    heading="one account, one marketplace, one website; channelkit store add writes more",
)
TEMPLATE = _START + _EXAMPLE_ACCOUNT + _EXAMPLE_STORE + _END
"""The whole file, with an account and a store as examples."""


def write_template(path: Path, url: str = "", *, with_example: bool = True) -> Path:
    """Write the file, and return its path.

    Arguments:
        url: Commerce's base address; an example where it is left out.
        with_example: an account and a store to fill in; without them, ``channelkit store add`` writes the first.

    Raises:
        UsageError: there is a file already; it is not touched.
    """
    if path.exists():
        raise UsageError(f"{path} is there already; it was not touched.", "Remove it first, or name another folder.")
    path.parent.mkdir(parents=True, exist_ok=True)
    text = TEMPLATE if with_example else _START + _END
    path.write_text(text.replace('"https://shop.example.com"', write_text(url)) if url else text, encoding="utf-8")
    return path
