"""The commented settings file that ``channelkit init`` writes, for a person to fill in."""

from __future__ import annotations

from pathlib import Path

from channelkit.errors import UsageError

TEMPLATE = """\
# channelkit's settings. This file can be shared: it names secrets and never holds them. A secret is named by
#   env:NAME              an environment variable
#   keyring:SERVICE/NAME  an entry of this machine's keyring (scheduled jobs usually see none)
#   file:PATH             a file that only you can read (chmod 600), from this file's folder
# Every setting can be overridden: CHANNELKIT__STORES__US__READ_ONLY=false

[commerce]
url = "https://shop.example.com"        # the base address, without /rest
auth = "oauth1"                         # or "bearer", or "ims" for Adobe Commerce as a Cloud Service
consumer_key = "your-consumer-key"      # System > Integrations: the four keys of your integration
consumer_secret = "env:COMMERCE_CONSUMER_SECRET"
access_token = "env:COMMERCE_ACCESS_TOKEN"
access_token_secret = "env:COMMERCE_ACCESS_TOKEN_SECRET"
# flavour = "accs"                      # for Adobe Commerce as a Cloud Service
# page_size = 100                       # products a page, at most 300

[commerce.attributes]                   # which attribute holds which identifier; "" where none does
seller_sku = "sku"                      # "sku" is the product's own SKU
asin = "amazon_asin"
upc = "upc"
ean = "ean"
isbn = "isbn"
gtin = ""

[accounts.na]                           # one seller account in one region; add more tables for more accounts
seller_id = "A1EXAMPLE"                 # Seller Central > Settings > Account Info > Your Merchant Token
region = "na"                           # na, eu or fe
client_id = "amzn1.application-oa2-client.example"
client_secret = "env:AMAZON_CLIENT_SECRET"
refresh_token = "env:AMAZON_REFRESH_TOKEN"

[stores.us]                             # one account, one marketplace, one website; add more tables for more stores
account = "na"
marketplace = "US"                      # US, CA, MX, UK, DE, FR, ...
website = "base"                        # code of the Commerce website whose stock is sold
store_view = "default"                  # code of the store view whose prices are shown
read_only = true                        # nothing is sent until you write false
import_third_party = true               # show listings that belong to no product
condition = "new_new"                   # condition of what is listed anew, in Amazon's words
report_hours = 24                       # hours between two complete readings of all listings
out_of_stock_threshold = 0              # less than this in stock: not sold
largest_quantity = 10000                # no more than this is shown
unmanaged_quantity = 100                # shown for products whose stock Commerce does not count

[stores.us.guards]
largest_price_jump = 0.5                # a price that would move by more is held for you
largest_share = 0.3                     # a plan that would touch more of all listings is stopped

[database]
url = "sqlite:///channelkit.db"         # or postgresql://user@host/name when two machines write
# password = "env:DATABASE_PASSWORD"
history = "history"                     # folder of what changed, for ever

[runs]
folder = "runs"                         # executed notebooks
keep_days = 7
keep_failed_days = 90
"""


def write_template(path: Path) -> Path:
    """Write the file, and return its path.

    Raises:
        UsageError: there is one already; it is not touched.
    """
    if path.exists():
        raise UsageError(f"{path} is there already; it was not touched.", "Remove it first, or name another folder.")
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(TEMPLATE, encoding="utf-8")
    return path
