"""Names of speakers among the words of one sentence: where a name starts and ends.

A name is a run of words up to a boundary (a mark, a verb, a word that opens a clause), without the
time, place and link words around it. Nothing here knows whose name it is but by the kinds of bodies
in attribution.yml.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

from pipelines.claims.text.words import group, words
from pipelines.core.period import MONTHS, WEEKDAYS


def listed(*keys: str) -> frozenset[str]:
    """The words of these lists of attribution.yml together; KeyError where there is none."""
    return frozenset(word for key in keys for word in words(key, of="attribution"))


SAY: Final = listed("say")
PARTICIPLES: Final = listed("participles")
VERBS: Final = listed("say", "perhaps", "count")
PRODUCTS: Final = listed("products")
AUXILIARIES: Final = listed("auxiliaries")
BE: Final = frozenset(["is", "was", "were", "are", "be", "been", "being"])
TIME: Final = listed("time")
CONJUNCTIONS: Final = listed("conjunctions")
NOBODY: Final = listed("nobody")
NUMBERS: Final = listed("numbers")
PRONOUNS: Final = listed("pronouns")
PREPOSITIONS: Final = listed("prepositions")
FINITE: Final = listed("auxiliaries", "clause_verbs")
QUOTES: Final = frozenset("“”\"«»'‘’")
BODIES: Final = listed("bodies")
ARTICLES: Final = listed("articles")

_CALENDAR: Final = frozenset((*MONTHS, *WEEKDAYS))
_DETERMINERS: Final = listed("determiners")
_LINKS: Final = listed("links")
_SUBORDINATORS: Final = listed("subordinators")
_OPENERS: Final = listed("openers")
_SAYINGS: Final = listed("sayings")
_MAKES: Final = listed("passive", "released")
_ABBREVIATED: Final = listed("abbreviations")
_STOPS: Final = (
    FINITE | _SUBORDINATORS | PARTICIPLES | listed("no_speech_before") - {"to", "by"}
    | (CONJUNCTIONS - {"and", "or"})
)  # fmt: skip
_ENDS: Final = listed("ends")
_APART: Final = listed("apart")
_NOT_ADVERBS: Final = frozenset(["family", "assembly", "italy", "daily", "weekly"])
_BOUNDARIES: Final = frozenset(',;:“”"«»()[]—–-!?…|.') | {"--"}
_TOKEN: Final = re.compile(
    r"\d(?:[\d.,]*\d)?|[A-Z]{3,}(?=(?:is|has|said|says|reports|reported|estimates)\b)|"
    r"(?:[^\W\d_]\.){2,}|[^\W_]+(?:[.'’&/‑-][^\W_]+)*|--|[^\w\s]|_"
)
_TITLES: Final = listed("titles")
_PASSING: Final = listed("passing")
_UNNAMED_BY: Final = listed("unnamed_by")
_RELATIVE: Final = 7
_LONGEST: Final = 20
_FARTHEST: Final = 24
Run = tuple[int, int]
"""First and last word of a name."""

_KINDS: Final = tuple(
    (kind, re.compile("|".join(parts), re.IGNORECASE))
    for kind, parts in group("kinds", of="attribution").items()
)


_PLACED: Final = re.compile(r"\s(?:of|for|in|on|at|from|near|over|by|against|to|after)\s")


@lru_cache(maxsize=8192)
def source_type(who: str) -> str | None:
    """The kind of a speaker by its words (`schemas.vocab.SOURCE_TYPES`); None where unknown."""
    return next((kind for kind, pattern in _KINDS if _of_whole_words(pattern, who)), None)


def _of_whole_words(pattern: re.Pattern[str], who: str) -> bool:
    return any(
        not who[match.start() - 1 : match.start()].isalnum()
        and not who[match.end() : match.end() + 1].isalnum()
        for match in pattern.finditer(who)
    )


def kind_of_head(who: str) -> str | None:
    """The kind by the noun of a name alone: "Army unit in the north", not "Militia raid on X"."""
    head = _PLACED.split(who, maxsplit=1)[0]
    return next(
        (
            kind
            for kind, pattern in _KINDS
            if any(m.end() == len(head) for m in pattern.finditer(head)) and source_type(head)
        ),
        None,
    )


class Words:
    """The words and marks of one sentence, and the names among them."""

    def __init__(self, text: str) -> None:
        found = [match.span() for match in _TOKEN.finditer(text)]
        lowered = text.lower()
        if len(lowered) != len(text):  # a letter such as İ becomes two
            lowered = "".join(c if len(c.lower()) != 1 else c.lower() for c in text)
        self.text = text
        self.start = [first for first, _ in found]
        self.end = [last for _, last in found]
        self.low = [lowered[first:last] for first, last in found]
        self.size = len(found)
        self.shouts = text.isupper()

    def at(self, index: int) -> str:
        """The word in lower case; "" outside the sentence."""
        return self.low[index] if 0 <= index < self.size else ""

    def capital(self, index: int) -> bool:
        """Whether the word starts with a capital."""
        return 0 <= index < self.size and self.text[self.start[index]].isupper()

    def slice(self, first: int, last: int) -> str:
        """The text from one word to another, both included."""
        return self.text[self.start[first] : self.end[last]]

    def stops(self, index: int) -> bool:
        """Whether a mark ends a name here; the dot of an abbreviation does not."""
        word = self.low[index]
        if word not in _BOUNDARIES:
            return False
        if word == ".":
            before = self.at(index - 1)
            return not (len(before) == 1 or before in _ABBREVIATED)
        return True

    def counts(self, index: int) -> bool:
        """Whether a figure starts here."""
        word = self.at(index)
        return word[:1].isdigit() or word in NUMBERS

    def ends_clause(self, index: int) -> bool:
        """Whether nothing that could be said follows: the end, a mark, or another clause."""
        if index >= self.size:
            return True
        word = self.low[index]
        if word in _BOUNDARIES:
            return word != ":"
        return word in _ENDS and not (word == "as" and self.at(index + 1) in ("many", "few"))

    def past_time(self, index: int) -> int:
        """The first word past "on Monday", "late on 3 May", "in a statement", "by phone"."""
        while True:
            past = self._past_one_time(index)
            if past == index:
                return index
            index = past

    def _past_one_time(self, index: int) -> int:
        word = self.at(index)
        if word in TIME:
            return index + 1
        if word[:1].isdigit():
            dated = self.at(index - 1) in TIME and index > 0
            return index + 1 if dated and self.ends_clause(index + 1) else index
        if word not in ("on", "in", "by", "at", "to", "during", "via", "through", "over"):
            return index
        for k in range(index + 1, min(index + 7, self.size)):
            if self.stops(k):
                return index
            if self.low[k] in _SAYINGS or (self.low[k] in TIME and self.at(k + 1) not in _SAYINGS):
                return k + 1
        return index

    # Names to the right

    def name_after(self, first: int) -> Run | None:
        """The name that starts at or just after a word."""
        while self.at(first) in QUOTES or (self.at(first) in TIME and self.at(first) != "may"):
            first += 1
        if first >= self.size or self.low[first] in _SUBORDINATORS:
            return None
        first = self.past_product(first)
        last, named, quoted = first, False, False
        while last < self.size and last - first < _LONGEST:
            if self.low[last] in QUOTES and (quoted or self._quotes_a_name(last)):
                quoted = not quoted
            elif self.low[last] == "(" and self.at(last + 2) == ")" and (
                self.at(last + 3) == "and" and not self._joins_clause(last + 3)
            ):  # fmt: skip
                last += 2
            elif self.stops(last) or (named and self._ends_name(last)):
                break
            named = named or self.low[last] not in _DETERMINERS
            last += 1
        if self.at(last) in PRODUCTS:
            last = self._owner(first, last) + (self._owner(first, last) < last)
        return self._trimmed(first, last - 1)

    def _trimmed(self, first: int, last: int) -> Run | None:
        """A name without the link and time words at its end; None where the words name nobody."""
        while last >= first and (
            self.low[last] in _LINKS
            or self._is_time(last)
            or self.low[last] in _DETERMINERS
            or self.low[last] in QUOTES
        ):
            last -= 1
        return (first, last) if last >= first and self.names(first, last) else None

    def _ends_name(self, j: int) -> bool:
        """Whether a name has ended before this word."""
        word, before, after = self.low[j], self.low[j - 1], self.at(j + 1)
        if word[0].isdigit():  # "Channel 12 reported"
            return not (len(word) <= 2 and self.capital(j - 1) and before not in TIME
                        and (self.ends_clause(j + 1) or after in VERBS))  # fmt: skip
        if word in NUMBERS:
            return before not in ("of", "for") or not self.capital(j)
        if word in PRODUCTS and before not in _DETERMINERS:
            return self.counts(j + 1) or after == "that" or after in _DETERMINERS
        if word in _STOPS or (word in VERBS and not self.capital(j)):
            return self.shouts or not (self.capital(j) and self.capital(j - 1))
        if word in ("and", "or"):
            return self._joins_clause(j)
        if word in _DETERMINERS and word != "local":
            return before not in _LINKS or (before == "and" and word not in ("the", "its"))
        if word in TIME:
            return not (self.capital(j) and word in ("may", "march", "sun", "mon", "sat"))
        if word in _APART:
            return True
        if word in ("in", "at", "from", "to"):
            if after in TIME:
                return True
            placed = after in ARTICLES and (self.capital(j + 2) or self._is_place_of(j))
            return not (self.capital(j + 1) or placed)
        return False

    def _is_place_of(self, j: int) -> bool:
        """Whether "in the district" says who is meant: common words, no time, and then an end."""
        if self.capital(j - 1) or self.at(j + 2) in TIME or self.at(j + 2) in _PASSING:
            return False
        return not self.counts(j + 2)

    def _joins_clause(self, j: int) -> bool:
        """Whether what "and" joins is a clause or a figure, no second name."""
        if self.counts(j + 1) or self.at(j + 1) in PRONOUNS or not self.at(j + 1):
            return True
        for k in range(j + 1, min(self.size, j + 7)):
            word = self.low[k]
            if self.stops(k) or word in VERBS:
                return False
            if word in FINITE or word in _SUBORDINATORS or word[0].isdigit():
                return True
        return False

    def _quotes_a_name(self, j: int) -> bool:
        """Whether a short quotation goes on as a name: "Costs of War" project."""
        if not self.capital(j + 1):
            return False
        for k in range(j + 2, min(self.size - 1, j + 8)):
            if self.low[k] in QUOTES:
                return not self.stops(k + 1)
        return False

    def past_product(self, first: int) -> int:
        """Past "a report from", "figures released by", to the body; `first` where there is none."""
        for k in range(first, min(first + 6, self.size)):
            if self.stops(k):
                return first
            if self.low[k] in PRODUCTS:
                body = k + 1
                while self.at(body) in _MAKES or self.at(body) in TIME or (
                    self.at(body) == "on" and self.at(body + 1) in TIME
                ):  # fmt: skip
                    body += 1
                if self.at(body) not in ("from", "by", "of") or body + 1 >= self.size:
                    return first
                body += 1
                known = self.capital(body) or self.low[body] in _DETERMINERS or source_type(
                    self.slice(body, min(body + 2, self.size - 1))
                )  # fmt: skip
                return body if known else first
        return first

    # Names to the left

    def name_before(self, last: int) -> Run | None:
        """The name that ends at or just before a word, before adverbs, brackets and asides."""
        last = self._back_over_time(last)
        if last < 0:
            return None
        if self.low[last] == ")":
            opened = range(last - 1, max(-1, last - 12), -1)
            last = next((k for k in opened if self.low[k] == "("), 0) - 1
            if last < 0:
                return None
        return self._before_aside(last) if self.low[last] == "," else self._run_before(last)

    def _back_over_time(self, j: int) -> int:
        while j >= 0:
            word = self.low[j]
            adverb = word.endswith("ly") and not self.capital(j) and word not in _NOT_ADVERBS
            if word in AUXILIARIES or adverb:
                j -= 1
            elif word == "far" and self.at(j - 1) in ("so", "thus"):
                j -= 2
            elif self._is_time(j) and not self.capital(j) and self.at(j - 1) == ",":
                return j - 1
            elif j > 0 and self._is_time(j) and not self.stops(j - 1):
                if self.low[j - 1][0].isdigit() and self.at(j - 2) in ("on", "of"):
                    j -= 1
                j -= 2 if self.low[j - 1] in ("on", "in", "late", "early") else 1
            elif word in _SAYINGS and j > 2 and self.low[j - 1] in _DETERMINERS and (
                self.low[j - 2] in ("in", "at", "on")
            ):  # fmt: skip
                j -= 3
            else:
                break
        return j

    def _is_time(self, j: int) -> bool:
        """Whether the word is a time and no name: "the ministry now says", "Myanmar Now says"."""
        named = self.capital(j) and not self.shouts
        return self.low[j] in (_CALENDAR if named else TIME)

    def _before_aside(self, comma: int) -> Run | None:
        """The name in "X, head of Y, said", "X, which monitors the war, said"."""
        k = comma - 1
        floor = max(-1, comma - _FARTHEST)
        while k > floor and self.low[k] not in (",", ";", ":", "”", '"'):
            k -= 1
        if k <= 0 or k <= floor or self.low[k] != "," or k + 1 == comma:
            return None
        main = self._run_before(self._back_over_time(k - 1))
        if main is None:
            return None
        article = self.low[k + 1] == "the"
        if self._is_title(k + 1, comma - 1) and self.capital(main[0]):
            return (main[0], comma - 1)
        titled = all(
            self.capital(x) or self.low[x] in _LINKS or self.low[x] == "."
            for x in range(k + 1 + article, comma)
        )
        if titled and self.low[k + 1] not in PREPOSITIONS and not self.stops(comma - 1):
            return (k + 1 if article else main[0], comma - 1)
        return main

    def _is_title(self, first: int, last: int) -> bool:
        """Whether the words between two commas say what a person is: "head of the council"."""
        head = self.low[self.head(first, last)]
        return last - first < _FARTHEST and not _TITLES.isdisjoint(
            (head, *head.split("-"), self.low[first])
        )

    def past_title(self, name: Run) -> Run:
        """A name with the title behind it: "said Ana Lopez, head of the council."."""
        comma = name[1] + 1
        if self.at(comma) != "," or not self.capital(name[0]):
            return name
        title = self.name_after(comma + 1)
        past = self.past_time(title[1] + 1) if title else 0
        if title and self._is_title(*title) and (
            self.ends_clause(past) or self.low[past] in _SUBORDINATORS
        ):  # fmt: skip
            return (name[0], title[1])
        return name

    def _run_before(self, last: int, *, relative: bool = True) -> Run | None:
        """The run of words that ends here, without what leads up to it."""
        j, join = last, -1
        floor = max(-1, last - _FARTHEST)
        while j > floor and not self._opens_name(j, last):
            if self.low[j] == "and" and join < 0:
                join = j
            j -= 1
        if relative and 0 < j < last and (who := self._relative(j)) > 0:
            run = self._run_before(who - 1, relative=False)
            tells_who = last - who <= _RELATIVE and self.at(who + 1) not in _UNNAMED_BY
            return (run[0], last) if run and tells_who else run
        if (j <= floor and floor >= 0) or (
            j >= 0 and (self.low[j] in AUXILIARIES or self.low[j] in VERBS) and join < 0
        ):
            return None
        first = j + 1
        if join >= 0 and self._is_clause(first, join):
            first = join + 1
        elif j >= 0 and self.low[j] == "," and join >= 0:
            first = self._start_of_list(j, first)
        first = self.past_lead(first, last + 1)
        if first > last:
            return None
        first = min(self.past_product(first), last)
        for k in range(first + 1, last):  # "a source speaking on condition", "records seen by"
            made = self.low[k + 1] == "by" and self.low[k].endswith(("ed", "en"))
            if made or self.low[k] in ("speaking", "requesting", "asking"):
                last = k - 1
                break
        return self._trimmed(first, self._owner(first, last))

    def _relative(self, j: int) -> int:
        """The "who" of the clause before a verb: "a man who asked not to be named said"."""
        for k in range(j, max(0, j - 8), -1):
            if self.low[k] in ("who", "which"):
                return k
            if self.low[k] == "that" and self.at(k - 2) in ARTICLES and self._acts(k + 1, j):
                return k
            if self.stops(k) or self.low[k] == "that":
                break
        return -1

    def _acts(self, first: int, last: int) -> bool:
        """Whether "that" is the subject, "the charity that runs it", and no speaker follows it."""
        return self.at(first).endswith(("s", "ed")) and source_type(self.slice(first, last)) is None

    def _opens_name(self, j: int, last: int) -> bool:
        """Whether a name to the right of this word cannot reach over it."""
        word = self.low[j]
        if word in ("'", "’", "‘"):
            return self.at(j - 1) in (",", ".", "!", "?")
        if self.stops(j) or word in _OPENERS:
            return not (word == "with" and self._is_name_up_to(j))
        if word in AUXILIARIES:
            return True
        return (
            word in VERBS
            and j < last
            and word not in PRODUCTS
            and (self.shouts or not self.capital(j))
        )

    def _is_name_up_to(self, j: int) -> bool:
        """Whether a few words open the clause before "with": "Medics with the brigade said"."""
        k = j - 1
        while k >= 0 and j - k < 6 and not self.stops(k):
            k -= 1
        return j - k in range(2, 6) and not self._is_clause(k + 1, j)

    def _owner(self, first: int, last: int) -> int:
        """The last word of X in "X's latest report"."""
        if self.low[last] in PRODUCTS:
            for k in range(last - 1, first - 1, -1):
                if self.low[k].endswith(("'s", "’s")) or self.low[k] in ("'", "’"):
                    return k
        return last

    def _start_of_list(self, comma: int, otherwise: int) -> int:
        """Where a list of names starts: "X, Y and Z said"."""
        k = comma - 1
        while k >= 0 and comma - k < _FARTHEST:
            if self.stops(k) and self.low[k] != ",":
                break
            k -= 1
        first = k + 1
        lead = self.low[first] in PREPOSITIONS or self.low[first] in CONJUNCTIONS | TIME
        if lead or first >= comma or self._is_clause(first, comma):
            return otherwise
        return first if k < 0 or self.low[k] in QUOTES else otherwise

    def _is_clause(self, first: int, last: int) -> bool:
        return any(
            self.low[k] in FINITE
            or self.low[k][0].isdigit()
            or (k > first and self.low[k] in NUMBERS)
            or (self.low[k] in VERBS and not self.capital(k))
            or (k > first and self.low[k].endswith("ed") and self.low[k - 1] not in ARTICLES)
            for k in range(first, last)
        )

    def past_lead(self, first: int, end: int) -> int:
        """Past "On Monday", "In a statement", "In Aleppo", to where a name starts before `end`."""
        while first < end and (
            self.low[first] in CONJUNCTIONS or self.low[first] in TIME or self.low[first] in QUOTES
            or self.low[first] in (",", "with", "including")
        ):  # fmt: skip
            first += 1
        if first >= end or self.low[first] not in PREPOSITIONS:
            return first
        for k in range(first + 2, min(end, first + _FARTHEST)):
            word, before = self.low[k], self.low[k - 1]
            if before == ",":
                return self.past_lead(k, end)
            if word in TIME or word[0].isdigit() or self.stops(k) or word in PREPOSITIONS:
                continue
            if before in TIME or before in _SAYINGS or before[0].isdigit():
                return k
            if before in _LINKS or before in PREPOSITIONS or before in _DETERMINERS:
                continue
            placed = self.capital(k - 1) and not self.capital(k) and word not in _LINKS
            if word in _DETERMINERS or placed:
                return k
        return end

    # Judging

    def head(self, first: int, last: int) -> int:
        """The noun of a name: its last word before "of the region", "on the ground"."""
        for k in range(first + 1, last + 1):
            if self.low[k] in PREPOSITIONS:
                return k - 1
        return last

    def names(self, first: int, last: int) -> bool:
        """Whether the words can name somebody."""
        words = self.low[first : last + 1]
        if len(words) > _LONGEST or words[0] in PREPOSITIONS:
            return False
        if words[0] in NOBODY and (len(words) == 1 or words[1] == "of" or words[0] in _SETTING):
            return words[0] in PRONOUNS and len(words) == 1
        empty = (TIME, _DETERMINERS, NUMBERS, PREPOSITIONS)
        if all(any(w in group for group in empty) or not w[0].isalpha() for w in words):
            return len(words) == 1 and words[0] in PRONOUNS
        for k in range(first, last + 1):
            word = self.low[k]
            if word in BE or word in ("has", "have", "had", "will", "that", "who", "which"):
                return False
            if k > first and word in FINITE and (self.shouts or not self.capital(k)):
                return False
            if word[0].isdigit() and not (len(word) <= 2 and k > first and self.capital(k - 1)):
                return False
        return True

    def proper(self, first: int, last: int) -> bool:
        """Whether capitals show a name; the first word of a sentence shows nothing by itself."""
        if self.shouts or self.slice(first, first).isupper():
            return True
        return any(self.capital(k) for k in range(max(first, 1), last + 1))


_SETTING: Final = frozenset(
    ["it", "there", "this", "that", "these", "those", "which", "what", "who"]
)
