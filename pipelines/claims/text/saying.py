"""Verbs of saying and phrases of credit in one sentence, and the name that each goes with."""

from __future__ import annotations

import re
from bisect import bisect_left
from typing import Final, Literal, NamedTuple

from pipelines.claims.text.speaker_names import (
    ARTICLES,
    AUXILIARIES,
    BE,
    BODIES,
    CONJUNCTIONS,
    FINITE,
    NOBODY,
    PARTICIPLES,
    PREPOSITIONS,
    PRODUCTS,
    PRONOUNS,
    QUOTES,
    SAY,
    TIME,
    VERBS,
    Run,
    Words,
    listed,
    source_type,
)

Role = Literal["speaker", "origin"]
Form = Literal["leads", "trails", "throughout"]

_GETTING: Final = listed("getting")
_EVIDENCE: Final = frozenset(["testimony", "evidence", "information", "reports", "proof"])
_COUNT: Final = listed("count")
_PASSIVE: Final = listed("passive")
_RELEASED: Final = listed("released")
_NO_SPEECH: Final = listed("no_speech_before")
_CLAIMED: Final = listed("claimed")
_SHOWING: Final = listed("showing")
_SETTING: Final = listed("setting")
_INVERTING: Final = listed("inverting")
_RUMOURS: Final = listed("rumours")
_CITING: Final = frozenset(["citing", "quoting", "cites", "quotes", "cited", "quoted"])
_PLAIN: Final = listed("plain")
_PLURALS: Final = listed("plurals")
_BEFORE_NAMES: Final = QUOTES | {",", "on"}
_STANDING: Final = listed("standing")
_AFTERWARDS: Final = frozenset(["after", "following", "amid"])
_CLAUSAL: Final = listed("clausal")
_ADMITTING: Final = frozenset(["hospital", "hospitals", "clinic", "clinics", "doctors", "medics"])
_BODIES_SEEN: Final = frozenset(["bodies", "body", "corpses", "dead", "graves", "coffins"])
_TELLING: Final = frozenset(["told", "tells", "tell"])
_CUES: Final = (
    VERBS | PARTICIPLES | _PASSIVE | _RELEASED | _CITING
    | _EVIDENCE | {"according", "per", "source", "based", "accounts", "aware", "figure", "tally"}
    | {"learned", "state", "project"}
)  # fmt: skip
_LOOKED_AT: Final = _CUES | PRODUCTS | QUOTES | {"by"}
_WEAK: Final = frozenset(["state", "states", "set"])
_BACKING: Final = frozenset(["that", "by"])
_NONE: Final = frozenset[str]()
_GATE: Final = re.compile(r"[a-z]{2,}")
_UNNAMED: Final = re.compile(
    r"\banonym(?:ity|ously)\b|\bnot\s+(?:to\s+)?(?:be\s+|authori[sz]ed\s+to\s+)(?:named|identified|speak)"
)
_CLAUSE_MARK: Final = re.compile(r"[;:.“”\"]\s|\d")
_ASIDE: Final = 80
_FIRST: Final = 4
_LEAD: Final = 16
_OWNED: Final = frozenset(["its", "their", "his", "her"])
_BY_ITS: Final = _OWNED | {"by"}
_TALLIES: Final = listed("tallies")
_VICTIMS: Final = PRODUCTS | listed("victims")
_SPEAKING: Final = listed("speaking")
_EDITIONS: Final = listed("editions")
_NOT_SAID: Final = listed("not_said")
_COUNTRIES: Final = listed("countries")


class Mark(NamedTuple):
    """A credit by offsets of its sentence.

    A leading one governs what follows it, a trailing one what stands before it, and one that holds
    throughout its whole clause. `clause_start` is where its clause starts, with its conjunction.
    """

    who: str
    role: Role
    start: int
    end: int
    form: Form
    clause_start: int
    anonymous: bool = False


def marks_of(sentence: str) -> list[Mark]:
    """The credits of a sentence in order; none, at little cost, where no word of saying stands."""
    present = set(_GATE.findall(sentence.lower()))
    cues = _CUES & present
    if cues and cues <= _WEAK and _BACKING.isdisjoint(present):
        cues = _NONE
    if (
        not cues
        and ('"' not in sentence and "“" not in sentence)
        and (_BY_ITS.isdisjoint(present) or PRODUCTS.isdisjoint(present))
    ):
        return []
    return _Saying(Words(sentence)).marks()


def subject_of(sentence: str) -> str | None:
    """Whom a sentence that credits nobody is about, where its first words name a body."""
    words = Words(sentence)
    name = _Saying(words).main_subject(words.size)
    return words.slice(*name) if name else None


class _Saying:
    """The reading of one sentence."""

    def __init__(self, words: Words) -> None:
        self.words = words
        self.low, self.at = words.low, words.at

    def marks(self) -> list[Mark]:
        found: list[Mark] = []
        used = -1
        for i, word in enumerate(self.low):
            if word not in _LOOKED_AT or i <= used:
                continue
            if word in QUOTES:
                found += self._beside_quote(i)
                continue
            made, used = self._read(i)
            if not (made and word in PARTICIPLES and self._has_speaker(found, made[0], i)):
                found += made
        return [mark for made in found for mark in (made, *self._left_out(made))]

    def _beside_quote(self, i: int) -> list[Mark]:
        """Who speaks beside a quotation mark: '"...," sighed X.', 'X took the floor: "..."'."""
        before, after = self.at(i - 1), self.at(i + 1)
        if before in (",", "?", "!") and after.endswith("ed") and after not in _CUES:
            name = self._inverted(i + 1)
            return [self._mark("speaker", name, "trails", start=i + 1)] if name else []
        if before == ":" and i > 1 and not any(w in _CUES for w in self.low[max(0, i - 12) : i]):
            name = self.main_subject(i - 1)
            return [self._mark("speaker", name, "leads")] if name else []
        return []

    def _left_out(self, mark: Mark) -> list[Mark]:
        """ "X said 12 died, Y 20": who else speaks by a verb that is not said again."""
        words = self.words
        if mark.role != "speaker" or mark.form != "leads":
            return []
        first = bisect_left(words.start, mark.end)
        if "," not in self.low[first : first + 30]:
            return []
        for i in range(first, min(first + 30, words.size)):
            if self.low[i] == ";" or (i > first + 3 and self.low[i] in VERBS):
                break
            if self.low[i] == ",":
                past = i + 2 if self.at(i + 1) == "and" else i + 1
                name = words.name_after(past)
                if name and words.counts(name[1] + 1) and self._is_body(name) and (
                    words.ends_clause(name[1] + 2) or words.ends_clause(name[1] + 3)
                ):  # fmt: skip
                    return [self._mark("speaker", name, "leads")]
        return []

    def _has_speaker(self, found: list[Mark], made: Mark, i: int) -> bool:
        """Whether somebody speaks in the clause already: "X said ..., adding" is one speaker."""
        if made.role != "speaker" or not found:
            return False
        text, start = self.words.text, self.words.start[i]
        return found[-1].role == "speaker" and ";" not in text[found[-1].end : start]

    def _read(self, i: int) -> tuple[list[Mark], int]:
        """The credits of the word at `i`, and the last word that they use up."""
        word, after = self.low[i], self.at(i + 1)
        if word == "according":
            return self._credited(i, i + 2) if after == "to" else ([], i)
        if word == "based":
            return self._credited(i, i + 2) if after == "on" and self._product_near(i) else ([], i)
        if word == "per":
            named = self._body_at(i + 1) or self.at(i + 1) in PRODUCTS
            return self._credited(i, i + 1) if named else ([], i)
        if word == "source":
            return self._credited(i, i + 2) if after == ":" else ([], i)
        if word == "by":
            return self._by_count_of(i)
        if word in _CITING:
            return self._citing(i)
        if word in _PASSIVE or word in _RELEASED:
            if after == "by":
                return self._passive(i)
            if word in _PASSIVE and (by := self._far_by(i)):
                return self._passive(i, by)
        if self.at(i - 1) in _RUMOURS and word in PRODUCTS and after in ("of", "that"):
            return [self._mark("speaker", (i - 1, i), "leads")], i
        if word in PARTICIPLES:
            return self._participle(i)
        if word in ("state", "project"):
            speaks = after == "that" or self.words.counts(i + 1)
            return self._spoken(i, i - 1) if speaks and self._plural_before(i) else ([], i)
        if word in PRODUCTS and after in _STANDING and self.at(i - 1).endswith(("'s", "’s")):
            name = self.words.name_before(i - 1)
            return ([self._mark("speaker", name, "leads")] if name else []), i
        if word in VERBS and self._is_verb(i):
            return self._spoken(i, i - 1)
        if word in _TALLIES and not _OWNED.isdisjoint(self.low[max(0, i - 3) : i]):
            return self._of_its_own(i)
        if word in _EVIDENCE and after == "that":
            return self._of_evidence(i)
        if word in ("learned", "learnt") and after == "from":
            return self._credited(i, i + 2)
        return [], i

    def _of_evidence(self, i: int) -> tuple[list[Mark], int]:
        """ "X has gathered testimony that"; "X received data from Y that" credits Y as well."""
        words = self.words
        for verb in range(i - 1, max(0, i - 4), -1):
            if self.low[verb] in _GETTING:
                name = words.name_before(verb - 1)
                if name and (words.proper(*name) or self._is_body(name)):
                    return [self._mark("speaker", name, "leads")], i
                break
        return [], i

    def _of_its_own(self, i: int) -> tuple[list[Mark], int]:
        """ "X scaled back its estimate", whatever is done with it."""
        owner = max(k for k in range(max(0, i - 3), i) if self.low[k] in _OWNED)
        particle = self.at(owner - 1) in ("back", "down", "up", "out")
        verb = owner - 1 - particle
        if verb <= 0 or not (self.low[verb].endswith(("ed", "s")) or self.low[verb] in VERBS):
            return [], i
        name = self.words.name_before(verb - 1)
        if name is None or not (self.words.proper(*name) or self._is_body(name)):
            return [], i
        return [self._mark("speaker", name, "leads")], i

    def _is_body(self, name: Run) -> bool:
        """Whether the words of a name show a body or a person who may know figures."""
        words = self.words
        head = self.low[words.head(*name)]
        if head in BODIES or source_type(words.slice(*name)) is not None:
            return True
        return not words.shouts and any(
            3 <= len(self.low[k]) <= 8
            and words.slice(k, k).isupper()
            and self.low[k] not in _COUNTRIES
            for k in range(name[0], name[1] + 1)
        )

    # Phrases of credit

    def _body_at(self, i: int) -> bool:
        """Whether a body follows: "per the ministry", not "per day"."""
        return self.at(i) == "the" or (self.words.capital(i) and not self.words.shouts)

    def _product_near(self, i: int) -> bool:
        return not PRODUCTS.isdisjoint(self.low[i + 1 : i + 7])

    def _credited(self, i: int, first: int) -> tuple[list[Mark], int]:
        """The origin that a phrase at `i` credits; its name starts at `first`."""
        name = self.words.name_after(first)
        if name is None or self._is_bare_product(name):
            return [], i
        return [self._origin(i, name)], name[1]

    def _origin(self, i: int, name: Run) -> Mark:
        """The mark of a phrase of credit that starts at `i`."""
        lead = i - 1
        while lead >= max(0, i - _LEAD) and (
            self.low[lead] in QUOTES or self.low[lead] in CONJUNCTIONS - {"as"}
        ):
            lead -= 1
        opens = lead < 0 or self.low[lead] == ";" or (lead < i - 1 and self.low[lead] == ",")
        aside = self.at(i - 1) == "," and self.at(name[1] + 1) == "," and (
            self.at(name[1] + 2) in FINITE
        )  # fmt: skip
        form: Form = "throughout" if aside else "leads" if opens else "trails"
        return self._mark("origin", name, form, start=i)

    def _is_bare_product(self, name: Run) -> bool:
        """Whether a paper without its maker is named: "according to the statement"."""
        return all(w in PRODUCTS or w in ARTICLES for w in self.low[name[0] : name[1] + 1])

    def _by_count_of(self, i: int) -> tuple[list[Mark], int]:
        """ "By the count of X", "by X's tally"."""
        words = self.words
        for j in range(i + 1, min(words.size, i + 9)):
            word = self.low[j]
            if words.stops(j) or word in FINITE or word[0].isdigit():
                break
            if word in PRODUCTS:
                if self.at(j + 1) in ("of", "by", "from"):
                    return self._credited(i, j + 2) if self._body_at(j + 2) else ([], i)
                name = words.name_after(i + 1) if words.ends_clause(j + 1) else None
                if name and name[1] == j and not self._is_bare_product(name):
                    return [self._origin(i, name)], j
                break
        return [], i

    def _citing(self, i: int) -> tuple[list[Mark], int]:
        """ "Citing X", "quoted X as saying"; in "was quoted as saying" the subject speaks."""
        word = self.low[i]
        if self.at(i - 1) in BE or self.at(i + 1) == "by":
            if self.at(i + 1) == "as" and self.at(i + 2) in PARTICIPLES:
                made, _ = self._spoken(i + 2, i - 1)
                return made, i + 2
            return self._passive(i) if self.at(i + 1) == "by" else ([], i)
        name = self.words.name_after(i + 1)
        if name is None:
            return [], i
        origin = self._mark("origin", name, "throughout", start=i)
        if word in ("citing", "quoting"):
            return [origin], name[1]
        if self.at(name[1] + 1) != "as":
            return [], i
        form: Form = "trails" if self.words.ends_clause(name[1] + 3) else "leads"
        speaker = [mark._replace(form=form) for mark in self._spoken(i, i - 1)[0]]
        return [*speaker, origin], name[1] + 2

    def _far_by(self, i: int) -> int | None:
        """Where "by" stands in "was registered in the town by X", "as reported on Monday by X"."""
        if self.at(i + 1) not in PREPOSITIONS or self.at(i - 1) not in BE | {"as"}:
            return None
        for k in range(i + 2, min(i + 11, self.words.size)):
            if self.low[k] == "by":
                return k
            if self.words.stops(k) or self.low[k] in FINITE:
                break
        return None

    def _passive(self, i: int, by: int | None = None) -> tuple[list[Mark], int]:
        """ "Were confirmed by X"; "figures compiled by X show"."""
        words = self.words
        of_product = not PRODUCTS.isdisjoint(self.low[max(0, i - 6) : i])
        name = words.name_after((i + 1 if by is None else by) + 1)
        if name is None or not (of_product or self.low[i] in _PASSIVE):
            return [], i
        if not (of_product or words.proper(*name) or self._is_body(name)):
            return [], i
        verb = words.past_time(name[1] + 1)
        if self.at(verb) in ("has", "have", "had"):
            verb += 1
        if of_product and self.at(verb) in VERBS:
            ends = i > _FIRST and words.ends_clause(words.past_time(verb + 1))
            return [self._mark("speaker", name, "trails" if ends else "leads")], verb
        return [self._origin(i, name)], name[1]

    # Verbs

    def _is_verb(self, i: int) -> bool:
        """Whether a word that may be a noun, an adjective or a passive is somebody's saying."""
        word, before, after = self.low[i], self.at(i - 1), self.at(i + 1)
        if after == "to":
            doing = self.at(i + 2).endswith("ing") and word in SAY
            owning_up = word.startswith("admit") and self.words.counts(i + 2)
            return word.startswith("claim") or doing or owning_up
        if after in _NO_SPEECH and word not in ("says", "say"):
            return after == "by" and word in SAY and self.words.past_time(i + 1) > i + 1
        if word == "saw":
            return not _BODIES_SEEN.isdisjoint(self.low[i + 1 : i + 6]) and self._figures_near(i)
        if word in _SPEAKING:
            return after == "of" and self._figures_near(i + 1)
        if word == "aware":
            return before in BE
        if before in BE or before == "to" or before in ARTICLES or before.endswith(("'s", "’s")):
            return False
        if self.words.capital(i) and before in PREPOSITIONS:
            return False
        if word in SAY:
            return not (word.startswith("conclud") and after in ARTICLES)
        if before in PREPOSITIONS or before in NOBODY or self.words.counts(i - 1) or after == ":":
            return False
        if word in _PLAIN and not (self._plural_before(i) or self._titled(i)):
            return False
        near = self.low[i + 1 : i + 8]
        if word in _SETTING:
            return not _VICTIMS.isdisjoint(near)
        if word.startswith("claim") and not _CLAIMED.isdisjoint(near):
            return False
        if word == "states" and before == "united":
            return False
        if word in PRODUCTS and before.endswith("ed") and not self.words.capital(i - 1):
            return False
        noun = word in PRODUCTS or word in ("claims", "states", "notes", "fears")
        if noun and (after in VERBS or after in AUXILIARIES or after in ("of", "from")):
            return False
        return not (word in ("warned", "warns") and after == "of" and not self._figures_near(i + 1))

    def _plural_before(self, i: int) -> bool:
        """Whether a noun in the plural, or a body in general, is the subject of the verb at `i`."""
        name = self.words.name_before(i - 1)
        if name is None:
            return False
        head = self.words.head(*name)
        return any(
            word.endswith("s") or word in _PLURALS or word in PRODUCTS
            for word in (self.low[head], self.low[name[1]])
        )

    def _figures_near(self, i: int) -> bool:
        return any(self.words.counts(k) for k in range(i + 1, i + 7)) or (
            not _VICTIMS.isdisjoint(self.low[i + 1 : i + 5])
        )

    def _titled(self, i: int) -> bool:
        return self.words.capital(i - 1) and not self.words.capital(i)

    def _participle(self, i: int) -> tuple[list[Mark], int]:
        """ "X condemned the raid, saying 12 died"; "with police reporting 12 dead"."""
        before, after = self.at(i - 1), self.at(i + 1)
        if before in BE or before in PREPOSITIONS or before == "as" or after in _NO_SPEECH:
            return [], i
        if before in (",", "and", "”", '"', ")"):
            name = self.main_subject(i)
            return ([self._mark("speaker", name, "leads", reach_from=i)], i) if name else ([], i)
        name = self.words.name_before(i - 1)
        with_ = name is not None and self.at(name[0] - 1) == "with"
        return ([self._mark("speaker", name, "leads")], i) if name and with_ else ([], i)

    def main_subject(self, i: int) -> Run | None:
        """The name that opens the clause of a participle."""
        words = self.words
        floor = max(0, i - 60)
        first = next((k + 1 for k in range(i - 1, floor - 1, -1) if self.low[k] == ";"), floor)
        if first and self.low[first - 1] != ";":
            return None
        first = words.past_lead(first, i)
        last = first
        while last < i and last - first < 12 and not words.stops(last):
            joins = self.low[last] in ("of", "for", "the", "and") or self.low[last - 1] in ARTICLES
            if last > first and not words.capital(last) and not joins:
                break
            last += 1
        last -= 1
        while last > first and self.low[last] in ("of", "for", "the", "and", "a", "an"):
            last -= 1
        if last < first or not words.names(first, last):
            return None
        capitals = last > first and all(words.capital(k) for k in (first, last))
        return (first, last) if capitals or source_type(words.slice(first, last)) else None

    def _spoken(self, i: int, left: int) -> tuple[list[Mark], int]:
        """The credit of a verb of saying at `i` whose subject ends at `left` or follows it."""
        words = self.words
        name = self._inverted(i)
        if name:
            return [self._mark("speaker", name, "trails", start=i)], name[1]
        name = words.name_before(left)
        if name is None and self.low[i] in SAY and self.at(left) in ("and", "but", "then"):
            name = self.main_subject(i)
            return ([self._mark("speaker", name, "leads", reach_from=i)] if name else []), i
        if name is None or not self._may_speak(i, name) or self._is_aside(i, name):
            return [], i
        past = i + 1
        if self.low[i] in _TELLING:
            hearer = words.name_after(past)
            past = hearer[1] + 1 if hearer else past + 1
        past = words.past_time(past)
        if self._speaks_of_something_else(i, past):
            return [], i
        opens = name[0] <= _LEAD and (
            QUOTES.isdisjoint(self.low[: name[0]])
            and FINITE.isdisjoint(self.low[: name[0]])
            and words.past_lead(0, name[0] + 1) == name[0]
        )
        complete = words.ends_clause(past) or (self._follows_pause(name) and self._is_aim(i, past))
        form: Form = "trails" if complete and not opens else "leads"
        return [self._mark("speaker", name, form, unnamed_from=words.end[name[1]])], i

    def _follows_pause(self, name: Run) -> bool:
        before = self.at(name[0] - 1)
        return before in (",", "?", "!") or before in QUOTES

    def _is_aim(self, i: int, past: int) -> bool:
        """Whether what follows a verb up to its clause's end says only to whom, where or how."""
        words = self.words
        if self.low[i] not in _TELLING and self.at(past) not in PREPOSITIONS:
            return False
        for k in range(past, min(past + 10, words.size)):
            if words.stops(k):
                return self.low[k] != ":" and self.low[k] not in QUOTES
            if self.low[k] in FINITE or self.low[k] == "that" or words.counts(k):
                return False
        return past + 10 >= words.size

    def _is_aside(self, i: int, name: Run) -> bool:
        """ "A fire that police say was set": what is said is not the sentence."""
        return self.at(name[0] - 1) in ("that", "which", "who") and self.at(i + 1) in FINITE

    def _speaks_of_something_else(self, i: int, past: int) -> bool:
        """ "Announced sanctions after 26 people died": the figure is not in what is said."""
        if self.low[i] in _CLAUSAL:
            return False
        for k in range(past, min(past + 12, self.words.size)):
            word = self.low[k]
            if word in _AFTERWARDS:
                return k > past
            if word in FINITE or word == "that" or self.words.counts(k) or self.words.stops(k):
                return False
        return False

    def _inverted(self, i: int) -> Run | None:
        """The subject after its verb: "..., said X."; in a headline "12 dead says X"."""
        words, before = self.words, self.at(i - 1)
        any_verb = before in QUOTES and self.low[i].endswith("ed") and (
            self.at(i - 2) in (",", "?", "!") or self.at(i - 1) == ","
        )  # fmt: skip
        if i == 0 or not (self.low[i] in _INVERTING or any_verb):
            return None
        name = words.name_after(i + 1)
        if name is None or self.low[name[0]] in NOBODY or self.at(i + 1) in PRONOUNS:
            return None
        if before not in (",", "?", "!", "as") and before not in QUOTES:
            bare = self.low[i] in ("says", "say") and name[1] == words.size - 1
            return name if bare and words.name_before(i - 1) is None else None
        past = words.past_time(name[1] + 1)
        ends = words.ends_clause(past) or self.at(past) in ("who", "which", "in", "at", "on")
        resumes = self.at(past) == "," and self.at(past + 1) in FINITE
        return words.past_title(name) if ends and not resumes else None

    def _may_speak(self, i: int, name: Run) -> bool:
        """Whether a name can be the subject of a verb."""
        words, word = self.words, self.low[i]
        first, last = name
        if first == last and self.low[first] in PRONOUNS:
            return word in SAY and self.low[first] not in ("i", "we")
        if self._is_this_paper(name):
            return False
        head = words.head(first, last)
        product = self.low[last] in PRODUCTS or not PRODUCTS.isdisjoint(self.low[first : head + 1])
        if word.startswith("admit") and not _ADMITTING.isdisjoint(self.low[first : last + 1]):
            return self.at(i + 1) == "that"
        if word in SAY or product or self._is_body(name):
            return True
        if self._is_tail(i, name):
            return True
        if word in _SETTING and words.proper(first, last):
            return True
        if word in _COUNT or word in _SHOWING:
            return False
        follows = self.at(i + 1)
        clause = i + 1 < words.size and not words.stops(i + 1) and follows not in PREPOSITIONS
        return words.proper(first, last) or ((words.capital(first) or word[-1] == "s") and clause)

    def _is_this_paper(self, name: Run) -> bool:
        """Whether the text speaks of itself, or of papers that nobody wrote: "Reports"."""
        low = self.low[name[0] : name[1] + 1]
        if low == ["reports"] or (low[-1] in PRODUCTS and self.at(name[0] - 1) == "this"):
            return True
        papers = [k for k, word in enumerate(low) if word in _EDITIONS]
        if papers and any(word == "this" for word in low):
            return True
        named = any(word.endswith(("'s", "’s", "s'", "s’")) for word in low) or (
            source_type(self.words.slice(*name)) is not None
        )
        return bool(papers) and papers[-1] == len(low) - 1 and not named

    def _is_tail(self, i: int, name: Run) -> bool:
        """Whether "..., X counted." ends the clause: such an aside is somebody's saying."""
        words, word = self.words, self.low[i]
        if not self._follows_pause(name) or not words.ends_clause(words.past_time(i + 1)):
            return False
        if self.low[words.head(*name)] in _NOT_SAID:
            return False
        present = word in _PLAIN or word.endswith("s")
        return present or self.low[name[0]] in ARTICLES or words.proper(*name)

    def _mark(
        self,
        role: Role,
        name: Run,
        form: Form,
        *,
        start: int | None = None,
        reach_from: int | None = None,
        unnamed_from: int | None = None,
    ) -> Mark:
        words = self.words
        first = name[0] if start is None else min(name[0], start)
        who = words.slice(*name).strip(' “”"‘,')
        who = re.sub(r"(?:['’]s|(?<=s)['’])$", "", who)
        lead = first - 1
        while lead >= max(0, first - _LEAD) and (
            self.low[lead] in _BEFORE_NAMES or self.low[lead] in TIME
        ):
            lead -= 1
        joined = lead >= 0 and self.low[lead] in CONJUNCTIONS
        begin, end = words.start[first], words.end[max(name[1], first)]
        if reach_from is not None:
            begin = end = words.start[reach_from]
        return Mark(
            who if "\n" not in who else " ".join(who.split()),
            role,
            begin,
            end,
            form,
            words.start[lead] if joined else begin,
            self._unnamed(words.end[name[1]] if unnamed_from is None else unnamed_from),
        )

    def _unnamed(self, start: int) -> bool:
        """Whether the words that follow say that the speaker would not be named."""
        match = _UNNAMED.search(self.words.text, start, start + _ASIDE)
        return match is not None and not _CLAUSE_MARK.search(self.words.text, start, match.start())
