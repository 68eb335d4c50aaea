"""What people write where there is no code: words in many languages, and digits that nobody has been given."""

from __future__ import annotations

import pyarrow as pa
import pyarrow.compute as pc

from channelkit.model.columns import Mask, Numbers, mask

_NOTHING = (
    # What marketplaces ask people to write, in the languages of Amazon's marketplaces, and what spreadsheets leave.
    *("does not apply", "not applicable", "n/a", "na", "none", "null", "nil", "nan", "unknown", "tbd", "tba", "empty"),
    *("blank", "missing", "undefined", "exempt", "gtin exempt", "gtin exemption", "dummy", "test", "pending", "#n/v"),
    *("not available", "unavailable", "no code"),
    *("nicht zutreffend", "trifft nicht zu", "entfällt", "unbekannt", "keine", "kein", "keine angabe", "k.a.", "leer"),
    *("nicht vorhanden", "fehlt"),
    *("ne s'applique pas", "non applicable", "sans objet", "aucun", "aucune", "inconnu", "néant", "s.o."),
    *("non disponible", "non renseigné"),
    *("no aplica", "no aplicable", "no procede", "no corresponde", "ninguno", "desconocido", "no disponible", "n/d"),
    *("non applicabile", "non si applica", "nessuno", "sconosciuto", "non disponibile", "assente"),
    *("niet van toepassing", "n.v.t.", "geen", "onbekend"),
    *("não se aplica", "não aplicável", "nao se aplica", "nao aplicavel", "nenhum", "desconhecido", "não disponível"),
    *("nie dotyczy", "brak", "nieznany", "ej tillämpligt", "ej tillämplig", "saknas", "okänd", "inga", "ingen"),
    *("geçerli değil", "uygulanamaz", "yok", "bilinmiyor", "لا ينطبق", "غير متوفر", "لا يوجد"),
    *(
        "該当なし",
        "該当しません",
        "適用なし",
        "適用外",
        "なし",
        "無し",
        "無",
        "不明",
        "不适用",
        "不適用",
        "无",
        "没有",
        "未知",
    ),
)
_WITHOUT = (
    *("no", "without", "kein", "keine", "ohne", "sans", "pas de", "aucun", "sin", "senza", "nessun", "geen", "zonder"),
    *("sem", "brak", "bez", "utan", "ingen"),
)
_CODES = (
    "upc",
    "ean",
    "gtin",
    "isbn",
    "asin",
    "gcid",
    "jan",
    "barcode",
    "code",
    "strichcode",
    "código",
    "codice",
    "kod",
)


def _letters(words: str) -> str:
    return "".join(letter for letter in words.lower() if letter.isalpha())


_WORDS = pa.array(sorted({_letters(words) for words in (*_NOTHING, *(a + b for a in _WITHOUT for b in _CODES))}))

_COUNTS = range(7, 15)
_RISING = [int("12345678901234"[:count]) for count in _COUNTS]
_FALLING = [int("98765432109876"[:count]) for count in _COUNTS]
_REPEATED = [int(str(digit) * count) for digit in range(1, 10) for count in _COUNTS]
_NUMBERS = pa.array([0, *_RISING, *_FALLING, *_REPEATED], pa.int64())


def are_words(texts: pa.Array) -> Mask:
    """Say which texts are words or signs for no code; whatever holds a digit is none of them.

    >>> are_words(pa.array(["Does not apply", "SEM GTIN", "nicht zutreffend", "--", "xxx", "MUG", "n/a 1"])).tolist()
    [True, True, True, True, True, False, False]
    """
    letters = pc.utf8_lower(pc.replace_substring_regex(texts, r"\P{L}+", ""))
    known = pc.or_(pc.is_in(letters, value_set=_WORDS), pc.match_substring_regex(letters, "^x*$"))
    return mask(pc.and_not(known, pc.match_substring_regex(texts, r"\p{Nd}")))


def are_placeholders(numbers: Numbers) -> Mask:
    """Say which numbers are zero, one digit again and again, or digits in order, with or without a check digit.

    >>> import numpy as np
    >>> are_placeholders(np.array([0, 111111111117, 123456789012, 987654321098, 36000291452])).tolist()
    [True, True, True, True, False]
    """
    whole = pc.is_in(pa.array(numbers), value_set=_NUMBERS)
    return mask(pc.or_(whole, pc.is_in(pa.array(numbers // 10), value_set=_NUMBERS)))
