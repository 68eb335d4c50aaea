"""How a price comes about, as text, as a card and as a chart."""

from __future__ import annotations

from html import unescape

from channelkit.pricing.recorder import Step
from channelkit.report.waterfall import Economy, Waterfall

STEPS = (
    Step("source", "Price source", "", None, 2000, "20.00 EUR in price."),
    Step("rule", "Sale <b>x</b>", "sale", 2000, 1800, "20.00 EUR lowered by 10 %."),
    Step("floor", "Floor", "match", 1800, 1900, "Not below cost + 3 %."),
    Step("price", "Price", "", 1900, 1900, "This is what is asked for."),
)


def told(**changed: object) -> Waterfall:
    about = {
        **{"store": "de", "seller_sku": "A<1>", "product_sku": "P", "title": "<script>x</script>", "currency": "EUR"},
        **{"steps": STEPS, "price": 1900, "on_amazon": 2000},
    }
    return Waterfall(**(about | changed))  # type: ignore[arg-type]  # names and values as the class has them


def test_every_step_stands_in_the_text_with_its_numbers() -> None:
    text = str(told(note="A rule rests.", held="It is below cost.", facts=(("Others", "featured 19.50 EUR"),)))
    assert "19.00 EUR is wanted; Amazon shows 20.00 EUR." in text
    for words in ("Price source", "18.00 EUR", "lowered by 10 %", "Note: A rule rests.", "Held: It is", "Others: feat"):
        assert words in text


def test_what_is_not_sent_or_not_shown_is_said() -> None:
    assert "No price is sent." in str(told(price=None, steps=()))
    assert "Amazon shows no price" in str(told(on_amazon=None))
    assert "and Amazon shows it" in str(told(on_amazon=1900))


def test_the_card_shows_a_bar_for_each_step_and_escapes_all() -> None:
    html = told()._repr_html_()
    assert html.count('aria-hidden="true"') == 4 and "+1.00 EUR" in html and "−2.00 EUR" in html
    assert "<script" not in html and "<b>x" not in html and "A<1>" not in html
    assert "<script>x" in unescape(html)


def test_the_chart_runs_from_the_source_to_what_is_sent() -> None:
    figure = told().chart()
    bars = figure.data[0]
    assert [str(base) for base in bars.base] == ["0.00", "18.00", "18.00", "0.00"]
    assert [str(width) for width in bars.x] == ["20.00", "2.00", "1.00", "19.00"]
    assert [each.text for each in figure.layout.annotations] == ["20.00", "18.00", "19.00", "19.00"]
    assert "<b>" not in bars.y[1] and "−2.00 EUR" in bars.y[1]
    yen = told(currency="JPY").chart()
    assert yen.layout.annotations[0].text == "2,000"


def test_where_a_war_is_damped_what_leaves_stands_last_as_a_whole_price() -> None:
    """PR-05."""
    words = "It was undercut again and again."
    climbing = (*STEPS, Step("sent", "Sent", "", 1900, 2100, words))
    found = told(steps=climbing, sent=2100, damped=words)
    assert found.outcome == "19.00 EUR is wanted; Amazon shows 20.00 EUR, and 21.00 EUR is sent for now."
    assert str(found).splitlines()[-1].split() == ["Sent", "21.00", "EUR", *words.split()]
    assert "+2.00 EUR" in found._repr_html_() and "left:0%;width:100%" in found._repr_html_().rpartition("Sent")[2]
    bars = found.chart().data[0]
    assert (str(bars.base[-1]), str(bars.x[-1])) == ("0.00", "21.00") and "+2.00 EUR" in bars.y[-1]
    assert [found.to_dict()[name] for name in ("sent", "damped")] == [2100, words]
    assert told(damped="It rests.").outcome == "19.00 EUR is wanted; Amazon shows 20.00 EUR, and that stays for now."


def test_the_margin_is_what_is_left_after_tax_fees_and_cost() -> None:
    known = Economy(price=2380, vat=380, fees=357, cost=900)
    assert known.margin == 743
    assert told(economy=known).to_dict()["economy"]["margin"] == 743
    assert "Margin: 7.43 EUR (31.2 % of the price)" in str(told(economy=known))
    assert Economy(2380, 0, None, None).margin is None
    assert "no cost is known" in Economy(2380, 0, 100, None).words("EUR")
